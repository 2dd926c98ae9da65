extension RandomGenerator {
  /// A number from `0..<bound`, each equally likely.
  ///
  /// Lemire: *Fast Random Integer Generation in an Interval*, 2019. The standard library's own method may change
  /// from one version to the next, which would change shuffles. Traps unless the bound is positive.
  public mutating func integer(below bound: Int) -> Int {
    require(bound > 0, "integer(below:): bound \(bound) is not positive")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let rejected = (0 &- range) % range
      while product.low < rejected { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// The numbers `0..<count` in random order, each order equally likely (Fisher, Yates; Durstenfeld 1964).
  public mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, integer(below: last + 1))
    }
    return order
  }
}
