import GraftTensor

/// Divides samples by time: what is learned from lies before what is measured on.
///
/// ```swift
/// let parts = ChronologicalSplitter(times: visits, gap: 7 * 24 * 3600).parts([0.8, 0.2])
/// ```
///
/// Nothing is drawn, so there is no seed. Samples of equal time are never divided.
public struct ChronologicalSplitter: Sendable {
  private let times: [Double]
  private let gap: Double

  /// The positions in order of time, those of equal time in their own order.
  private let order: [Int]

  /// A splitter of samples with given times.
  ///
  /// - Parameters:
  ///   - times: The time of each sample, in any unit; traps at one that is not finite.
  ///   - gap: How far apart two parts have to be at least, in the same unit: the latest samples before a later part
  ///     are left out. For labels that need time to become known. Traps if it is negative.
  public init(times: [Double], gap: Double = 0) {
    require(times.allSatisfy(\.isFinite), "ChronologicalSplitter: a time is not finite")
    require(gap >= 0, "ChronologicalSplitter: a gap of \(gap)")
    self.times = times
    self.gap = gap
    order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
  }

  /// Parts of given fractions, the earliest first: the positions of each part's samples, ascending.
  ///
  /// A part ends at the change of time that is nearest to its fraction. With a gap, and where many samples have one
  /// time, parts may be empty. Traps unless the fractions are positive and their sum is at most 1; with less, the
  /// latest samples are left out.
  public func parts(_ fractions: [Double]) -> [[Int]] {
    let ends = Apportionment(fractions).upperBounds.map { change(near: $0 * Double(order.count)) }
    let starts = [0] + ends.dropLast()
    let last = ends[ends.count - 1]
    return zip(starts, ends).map { start, end in
      positions(start..<end, before: first(from: end, before: last))
    }
  }

  /// Rounds that learn from ever more of the past and are measured on what comes next.
  ///
  /// The samples are divided into `count` + 1 stretches of like size; round i learns from the first i + 1 and is
  /// measured on the one after.
  ///
  /// - Parameter count: The number of rounds; traps unless it is positive.
  /// - Throws: ``DataError`` if a round would have nothing to learn from or to measure on.
  public func folds(_ count: Int) throws -> [Fold] {
    require(count > 0, "folds: \(count) folds")
    let bounds = (0...(count + 1)).map { change(near: Double($0 * order.count) / Double(count + 1)) }
    return try (1...count).map { round in
      let validation = positions(bounds[round]..<bounds[round + 1], before: nil)
      let first = first(from: bounds[round], before: bounds[round + 1])
      let training = positions(0..<bounds[round], before: first)
      guard !training.isEmpty && !validation.isEmpty else {
        throw DataError(
          .tooFewSamples,
          "round \(round) of \(count) has \(training.count) samples to learn from and \(validation.count) to measure on",
          advice: "Ask for fewer folds or a smaller gap; samples of equal time are not divided")
      }
      return Fold(training: training, validation: validation)
    }
  }

  /// The place in the order, nearest to a given one, at which the time changes.
  private func change(near exact: Double) -> Int {
    let middle = Int(exact.rounded())
    guard middle > 0 && middle < order.count else { return min(max(middle, 0), order.count) }
    var (below, above) = (middle, middle)
    while below > 0 && time(below - 1) == time(middle) { below -= 1 }
    while above < order.count && time(above) == time(middle) { above += 1 }
    if below == middle { return middle }
    return exact - Double(below) <= Double(above) - exact ? below : above
  }

  private func time(_ place: Int) -> Double { times[order[place]] }

  /// The time of the first place in a range, or `nil` if the range is empty.
  private func first(from start: Int, before end: Int) -> Double? {
    start < end ? time(start) : nil
  }

  /// The positions at some places of the order, without those too near to the time `next`.
  private func positions(_ places: Range<Int>, before next: Double?) -> [Int] {
    places.filter { place in next.map { gap == 0 || time(place) <= $0 - gap } ?? true }
      .map { order[$0] }.sorted()
  }
}
