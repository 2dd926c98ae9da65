import GraftTensor

/// What pixels become that lie outside of an image: one byte for each channel, or one for all.
///
/// ```swift
/// RandomRotation(degrees: -10...10, fill: [124, 116, 104])
/// ```
public struct FillColor: Sendable, Hashable {
  /// The bytes, one for each channel or one for all.
  public let values: [UInt8]

  /// Traps if there are none.
  public init(_ values: [UInt8]) {
    require(!values.isEmpty, "FillColor: no values")
    self.values = values
  }

  /// The same for every channel.
  public init(_ value: UInt8) {
    values = [value]
  }

  /// The byte for each channel of an image; traps if they are not as many.
  func values(for channels: Int) -> [UInt8] {
    require(
      values.count == 1 || values.count == channels,
      "FillColor: \(values) for an image of \(channels) channels")
    return values.count == channels ? values : Array(repeating: values[0], count: channels)
  }
}

extension FillColor: ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  /// The same byte for every channel.
  public init(integerLiteral value: UInt8) { self.init(value) }
  /// A byte for each channel; traps if there are none.
  public init(arrayLiteral values: UInt8...) { self.init(values) }
}
