/// Elements that come one after the other from a source that can fail: rows of a file too large for memory.
///
/// A stream is a value: a copy goes on from the same place by itself.
public protocol ElementStream<Element>: Sendable {
  associatedtype Element: Sendable

  /// The next element; `nil` at the end. After an error nothing more comes.
  mutating func next() throws -> Element?
}

/// The elements of a collection as a stream.
public struct CollectionStream<Base: Collection & Sendable>: ElementStream
where Base.Index: Sendable, Base.Element: Sendable {
  private let base: Base
  private var index: Base.Index

  /// A stream from the first element on.
  public init(_ base: Base) {
    self.base = base
    index = base.startIndex
  }

  public mutating func next() -> Base.Element? {
    guard index < base.endIndex else { return nil }
    defer { base.formIndex(after: &index) }
    return base[index]
  }
}
