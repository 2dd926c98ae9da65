import GraftTensor

/// Units of one or several samples dealt out to parts, so that sizes and labels come near to the parts' shares.
///
/// Units are first dealt out greedily in an order by chance (Sechidis, Tsoumakas, Vlahavas: *On the Stratification of
/// Multi-Label Data*, 2011, here for units of several samples too), then exchanged; see `BalancedAssignment+Search.swift`.
struct BalancedAssignment {
  /// Samples that stay together.
  struct Unit: Sendable {
    let size: Int
    /// How many of the samples have each label, for labels that occur.
    let labelCounts: [(label: Int, count: Int)]

    /// - Parameter labels: The labels of all its samples, one after the other.
    init(size: Int, labels: some Sequence<Int>) {
      self.size = size
      labelCounts = Dictionary(labels.lazy.map { ($0, 1) }, uniquingKeysWith: +)
        .sorted { $0.key < $1.key }.map { (label: $0.key, count: $0.value) }
    }
  }

  /// The part of each unit.
  private(set) var parts: [Int]

  /// How many samples the parts have beyond what they should have, of each label and altogether.
  var balance: PartBalance

  let units: [Unit]
  let partCount: Int
  var generator: RandomGenerator

  /// - Parameters:
  ///   - units: What is dealt out.
  ///   - shares: How much of the whole each part should get; 1 in total. A part with share 0 gets nothing.
  ///   - generator: Decides the order and what is equal otherwise.
  init(of units: [Unit], shares: [Double], using generator: RandomGenerator) {
    // The labels that occur are numbered without gaps.
    var numbers: [Int: Int] = [:]
    for unit in units {
      for (label, _) in unit.labelCounts where numbers[label] == nil { numbers[label] = numbers.count }
    }
    self.units = units
    self.generator = generator
    partCount = shares.last == 0 ? shares.count - 1 : shares.count
    parts = Array(repeating: -1, count: units.count)
    balance = PartBalance(units, labelNumbers: numbers, shares: Array(shares.prefix(partCount)))
    deal(labelCount: numbers.count)
    exchange()
  }

  /// Deals out the units, those with the rarest label first.
  private mutating func deal(labelCount: Int) {
    var holders = Array(repeating: [Int](), count: labelCount)
    var remaining = Array(repeating: 0, count: labelCount)
    let order = generator.permutation(of: units.count)
    for unit in order {
      for entry in balance.entries(of: unit) {
        holders[entry.label].append(unit)
        remaining[entry.label] += Int(entry.count)
      }
    }
    var labels = generator.permutation(of: labelCount)
    while let rarest = labels.indices.min(by: { remaining[labels[$0]] < remaining[labels[$1]] }) {
      let label = labels.remove(at: rarest)
      for unit in holders[label] where parts[unit] < 0 {
        place(unit, wanting: label)
        for entry in balance.entries(of: unit) { remaining[entry.label] -= Int(entry.count) }
      }
    }
    for unit in order where parts[unit] < 0 { place(unit, wanting: nil) }
  }

  /// Puts a unit into the part that lacks most of a label, among such parts into the one that lacks most samples.
  private mutating func place(_ unit: Int, wanting label: Int?) {
    var best: [Int] = []
    var most = (-Double.infinity, -Double.infinity)
    for part in 0..<partCount {
      let wish = (label.map { balance.lack(of: $0, in: part) } ?? 0, balance.lackOfSamples(in: part))
      if wish > most { (best, most) = ([part], wish) } else if wish == most { best.append(part) }
    }
    let part = best.count == 1 ? best[0] : best[generator.integer(below: best.count)]
    balance.add(unit, to: part)
    parts[unit] = part
  }

  /// Puts a unit into another part.
  mutating func move(_ unit: Int, to part: Int) {
    balance.remove(unit, from: parts[unit])
    balance.add(unit, to: part)
    parts[unit] = part
  }
}
