import GraftTensor

extension BalancedAssignment {
  /// How many partners a unit tries, in each other part, for changing places.
  private static let partners = 48

  /// How many exchanges are tried at most, so that large data sets do not wait.
  private static let mostTrials = 4_000_000

  /// Lets units change sides or places as long as that improves the balance.
  mutating func exchange() {
    guard partCount > 1 else { return }
    var trials = 0
    var improves = true
    while improves && trials < Self.mostTrials {
      improves = false
      for unit in generator.permutation(of: units.count) where trials < Self.mostTrials {
        if moveToBetterPart(unit, &trials) || changePlaces(unit, &trials) { improves = true }
      }
    }
  }

  private mutating func moveToBetterPart(_ unit: Int, _ trials: inout Int) -> Bool {
    let home = parts[unit]
    var best = (growth: PartBalance.Growth.none, part: home)
    for part in 0..<partCount where part != home {
      let growth = balance.growth(moving: unit, from: home, to: part)
      if balance.isBetter(growth, than: best.growth) { best = (growth, part) }
    }
    trials += partCount
    if best.part != home { move(unit, to: best.part) }
    return best.part != home
  }

  private mutating func changePlaces(_ unit: Int, _ trials: inout Int) -> Bool {
    let home = parts[unit]
    let alone = (0..<partCount).map { part in
      part == home ? .none : balance.growth(moving: unit, from: home, to: part)
    }
    // With few units each is tried, with many a sample of them, other ones in each round.
    let everyOne = units.count <= Self.partners
    for number in 0..<min(units.count, Self.partners) {
      let partner = everyOne ? number : generator.integer(below: units.count)
      let part = parts[partner]
      guard part != home else { continue }
      trials += 1
      let growth = balance.growth(
        exchanging: unit, in: home, with: partner, in: part, first: alone[part])
      if balance.isBetter(growth) {
        move(unit, to: part)
        move(partner, to: home)
        return true
      }
    }
    return false
  }
}
