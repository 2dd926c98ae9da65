import GraftTensor

/// Texts divided into batches of like length, so that little of a batch is padding.
///
/// ```swift
/// let batches = LengthBatches(encodings.map(\.count), of: 32)
/// for epoch in 0..<epochs {
///   for indices in batches.shuffled(using: &generator) {
///     let batch = TokenBatch(indices.map { encodings[$0] })
///     …
///   }
/// }
/// ```
public struct LengthBatches: Sendable {
  private let lengths: [Int]
  private let size: Int

  /// Sorting so many batches at a time leaves enough chance in what meets in one.
  private static let stretch = 16

  /// Batches of texts of the given lengths.
  ///
  /// - Parameters:
  ///   - lengths: how many tokens each text has.
  ///   - size: how many texts a batch has; the last one of a pass may have fewer. Traps unless it is positive.
  public init(_ lengths: [Int], of size: Int) {
    require(size > 0, "LengthBatches: a batch of \(size) texts")
    self.lengths = lengths
    self.size = size
  }

  /// The number of batches in a pass.
  public var count: Int { (lengths.count + size - 1) / size }

  /// The numbers of the texts of each batch for one pass over them, in an order by chance: for training.
  public func shuffled(using generator: inout RandomGenerator) -> [[Int]] {
    let order = lengths.indices.shuffled(using: &generator)
    return LengthBatches.parts(of: order, size: LengthBatches.stretch * size)
      .flatMap { batches(of: $0) }
      .shuffled(using: &generator)
  }

  /// The numbers of the texts of each batch, the shortest texts first: for evaluation.
  public func sorted() -> [[Int]] { batches(of: Array(lengths.indices)) }

  private func batches(of texts: [Int]) -> [[Int]] {
    LengthBatches.parts(of: texts.sorted { lengths[$0] < lengths[$1] }, size: size)
  }

  private static func parts(of texts: [Int], size: Int) -> [[Int]] {
    stride(from: 0, to: texts.count, by: size).map { Array(texts[$0..<min($0 + size, texts.count)]) }
  }
}
