/// How far parts are from what they should hold, of samples and of each label.
///
/// The measure of labels is Pearson's χ²: the sum, over parts and labels, of the squared excess divided by the number
/// there should be. Among groups the sizes count like one more label. Single samples can make sizes exact, so there
/// sizes come first (by the sum of their squared excesses, which is least when each is within one), then labels.
struct PartBalance {
  /// By how much the measure grows.
  struct Growth {
    var ofSizes: Double
    var ofLabels: Double

    static let none = Growth(ofSizes: 0, ofLabels: 0)

    static func + (left: Growth, right: Growth) -> Growth {
      Growth(ofSizes: left.ofSizes + right.ofSizes, ofLabels: left.ofLabels + right.ofLabels)
    }
  }

  struct Entry {
    let label: Int
    let count: Double
  }

  private let sizes: [Double]
  private let entries: [Entry]
  /// Where the entries of each unit begin, and of the last one end.
  private let starts: [Int]
  private let labelCount: Int
  private let sizesComeFirst: Bool

  /// What a part has too much of; part after part, for each label and then for the samples as such.
  private var excess: [Double]
  /// The reciprocal of what should be there, in the same order.
  private let scales: [Double]

  init(_ units: [BalancedAssignment.Unit], labelNumbers: [Int: Int], shares: [Double]) {
    sizes = units.map { Double($0.size) }
    var entries: [Entry] = []
    var starts = [0]
    var totals = Array(repeating: 0.0, count: labelNumbers.count + 1)
    for unit in units {
      let own = unit.labelCounts.compactMap { label, count in
        labelNumbers[label].map { Entry(label: $0, count: Double(count)) }
      }
      for entry in own { totals[entry.label] += entry.count }
      entries += own.sorted { $0.label < $1.label }
      starts.append(entries.count)
      totals[labelNumbers.count] += Double(unit.size)
    }
    self.entries = entries
    self.starts = starts
    labelCount = labelNumbers.count
    sizesComeFirst = units.allSatisfy { $0.size == 1 }
    excess = shares.flatMap { share in totals.map { -share * $0 } }
    var scales = shares.flatMap { share in totals.map { 1 / (share * $0) } }
    if sizesComeFirst {
      for part in shares.indices { scales[part * totals.count + labelCount] = 1 }
    }
    self.scales = scales
  }

  func entries(of unit: Int) -> ArraySlice<Entry> { entries[starts[unit]..<starts[unit + 1]] }

  func lack(of label: Int, in part: Int) -> Double { -excess[part * (labelCount + 1) + label] }

  func lackOfSamples(in part: Int) -> Double { lack(of: labelCount, in: part) }

  mutating func add(_ unit: Int, to part: Int) { change(part, by: unit, sign: 1) }

  mutating func remove(_ unit: Int, from part: Int) { change(part, by: unit, sign: -1) }

  private mutating func change(_ part: Int, by unit: Int, sign: Double) {
    let first = part * (labelCount + 1)
    for entry in starts[unit]..<starts[unit + 1] {
      excess[first + entries[entry].label] += sign * entries[entry].count
    }
    excess[first + labelCount] += sign * sizes[unit]
  }

  /// By how much the measure grows if a unit leaves one part for another.
  func growth(moving unit: Int, from source: Int, to target: Int) -> Growth {
    let (from, to) = (source * (labelCount + 1), target * (labelCount + 1))
    var labels = 0.0
    for index in starts[unit]..<starts[unit + 1] {
      labels += growth(
        by: entries[index].count, from: from + entries[index].label, to: to + entries[index].label)
    }
    return Growth(
      ofSizes: growth(by: sizes[unit], from: from + labelCount, to: to + labelCount), ofLabels: labels)
  }

  private func growth(by count: Double, from: Int, to: Int) -> Double {
    count * ((count - 2 * excess[from]) * scales[from] + (count + 2 * excess[to]) * scales[to])
  }

  /// By how much the measure grows if two units of different parts change places, given what either's move would bring
  /// by itself.
  func growth(
    exchanging first: Int, in home: Int, with second: Int, in part: Int, first alone: Growth
  ) -> Growth {
    var growth = alone + self.growth(moving: second, from: part, to: home)
    // Each part gets one while it loses the other: 2·x·y less of the square than by themselves.
    let (from, to) = (home * (labelCount + 1), part * (labelCount + 1))
    growth.ofSizes -= 2 * sizes[first] * sizes[second] * (scales[from + labelCount] + scales[to + labelCount])
    var (left, right) = (starts[first], starts[second])
    while left < starts[first + 1] && right < starts[second + 1] {
      let (one, other) = (entries[left], entries[right])
      if one.label == other.label {
        growth.ofLabels -= 2 * one.count * other.count * (scales[from + one.label] + scales[to + one.label])
      }
      if one.label <= other.label { left += 1 }
      if one.label >= other.label { right += 1 }
    }
    return growth
  }

  /// Whether one growth is less than another, by more than rounding.
  func isBetter(_ growth: Growth, than other: Growth = .none) -> Bool {
    let (sizes, labels) = (growth.ofSizes - other.ofSizes, growth.ofLabels - other.ofLabels)
    let rounding = 1e-9
    return sizesComeFirst
      ? sizes < -rounding || (sizes < rounding && labels < -rounding) : sizes + labels < -rounding
  }
}
