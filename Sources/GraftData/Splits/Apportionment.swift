import GraftTensor

/// Shares out groups in whole numbers, each within one of its exact share, and evens out over the groups what
/// rounding took.
struct Apportionment {
  /// The share of each part. The last entry stands for what is left out; together they are 1.
  let shares: [Double]

  /// How much each part has still to get from earlier groups.
  private var owed: [Double]

  /// Traps unless the fractions are positive and their sum is at most 1.
  init(_ fractions: [Double]) {
    let sum = fractions.reduce(0, +)
    // Decimal fractions such as 0.7 + 0.2 + 0.1 miss 1 by a few units in the last place.
    require(
      !fractions.isEmpty && fractions.allSatisfy { $0 > 0 } && sum <= 1 + 1e-9,
      "split: fractions \(fractions) have to be positive and add up to 1 at most")
    let leftOut = sum > 1 - 1e-9 ? 0 : 1 - sum
    shares = (fractions + [leftOut]).map { $0 / max(sum, 1) }
    owed = Array(repeating: 0, count: shares.count)
  }

  /// How many parts there are, what is left out not counted.
  var partCount: Int { shares.count - 1 }

  /// Where the range of each part ends when the range from 0 to 1 is divided in their order.
  var upperBounds: [Double] {
    var end = 0.0
    var bounds = shares.dropLast().map { share in
      end += share
      return end
    }
    if shares.last == 0 { bounds[bounds.count - 1] = 1 }
    return bounds
  }

  /// How many of `count` samples each part gets.
  mutating func sizes(of count: Int) -> [Int] {
    let exact = shares.map { $0 * Double(count) }
    // A share that is whole but for rounding errors counts as whole.
    var sizes = exact.map { Int(($0 + 1e-12 * Double(count)).rounded(.down)) }
    let claims = exact.indices.map { owed[$0] + exact[$0] - Double(sizes[$0]) }
    // A whole share stays as it is: one more would be off by a whole sample.
    let byClaim = exact.indices.filter { exact[$0] - Double(sizes[$0]) > 1e-9 }
      .sorted { (claims[$0], $1) > (claims[$1], $0) }
    for part in byClaim.prefix(count - sizes.reduce(0, +)) { sizes[part] += 1 }
    for part in exact.indices { owed[part] += exact[part] - Double(sizes[part]) }
    return Array(sizes.dropLast())
  }
}
