/// The lengths of a tensor's axes, outermost first: `[batch, channels, height, width]`.
///
/// A shape is a value without heap storage, so that making a view or an output costs no allocation;
/// that is why its rank is limited to ``maximumRank``.
public struct Shape: Sendable {
  /// The largest number of axes a tensor can have.
  public static let maximumRank = 8

  private var lengths: (Int, Int, Int, Int, Int, Int, Int, Int)

  /// The number of axes; a scalar has none.
  public private(set) var rank: Int

  /// The shape of a scalar: no axes, one element.
  public init() {
    lengths = (0, 0, 0, 0, 0, 0, 0, 0)
    rank = 0
  }

  /// A shape with the given axis lengths.
  ///
  /// Traps if there are more than ``maximumRank`` of them.
  public init(_ lengths: some Sequence<Int>) {
    self.init()
    for length in lengths { append(length) }
  }

  /// A shape of `rank` axes that all have the same length.
  public init(repeating length: Int, rank: Int) {
    self.init()
    for _ in 0..<rank { append(length) }
  }

  /// The product of all lengths: how many elements a tensor of this shape has (1 for a scalar).
  public var elementCount: Int {
    var product = 1
    for axis in 0..<rank { product *= self[axis] }
    return product
  }

  /// Adds an innermost axis.
  public mutating func append(_ length: Int) {
    require(rank < Shape.maximumRank, "Shape: at most \(Shape.maximumRank) axes are supported")
    rank += 1
    self[rank - 1] = length
  }

  /// Adds an axis before `axis`.
  public mutating func insert(_ length: Int, at axis: Int) {
    require(axis >= 0 && axis <= rank, "Shape: cannot insert axis \(axis) into \(self)")
    append(length)
    var position = rank - 1
    while position > axis {
      self[position] = self[position - 1]
      position -= 1
    }
    self[axis] = length
  }

  /// Removes an axis and returns its length.
  @discardableResult
  public mutating func remove(at axis: Int) -> Int {
    let removed = self[axis]
    for position in axis..<(rank - 1) { self[position] = self[position + 1] }
    self[rank - 1] = 0
    rank -= 1
    return removed
  }

  /// This shape with axes in another order: `result[i] == self[order[i]]`.
  public func permuted(_ order: [Int]) -> Shape {
    Shape(order.map { self[$0] })
  }

  /// Element distances of a contiguous, row-major tensor of this shape.
  package var contiguousStrides: Shape {
    var strides = self
    var distance = 1
    var axis = rank - 1
    while axis >= 0 {
      strides[axis] = distance
      distance *= self[axis]
      axis -= 1
    }
    return strides
  }

  /// Calls `body` with a pointer to the lengths, for kernels; ``maximumRank`` of them can be read.
  package func withUnsafeLengths<Result>(_ body: (UnsafePointer<Int>) throws -> Result) rethrows -> Result {
    try withUnsafeBytes(of: lengths) { bytes in
      guard let address = bytes.baseAddress else { fatalError("Shape: a tuple has an address") }
      // A tuple of equal types lies in memory as an array of them.
      return try body(address.assumingMemoryBound(to: Int.self))
    }
  }

  /// Turns an axis that may be negative (counted from the end, -1 is the last) into an index from 0.
  ///
  /// Traps with the name of the operation if the shape has no such axis.
  package func normalized(axis: Int, operation: StaticString) -> Int {
    require(
      axis >= -rank && axis < rank, "\(operation): axis \(axis) does not exist in shape \(self)")
    return axis < 0 ? axis + rank : axis
  }
}

extension Shape: RandomAccessCollection, MutableCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { rank }

  /// The length of one axis.
  public subscript(axis: Int) -> Int {
    get {
      require(axis >= 0 && axis < rank, "Shape: axis \(axis) does not exist in rank \(rank)")
      switch axis {
      case 0: return lengths.0
      case 1: return lengths.1
      case 2: return lengths.2
      case 3: return lengths.3
      case 4: return lengths.4
      case 5: return lengths.5
      case 6: return lengths.6
      default: return lengths.7
      }
    }
    set {
      require(axis >= 0 && axis < rank, "Shape: axis \(axis) does not exist in rank \(rank)")
      switch axis {
      case 0: lengths.0 = newValue
      case 1: lengths.1 = newValue
      case 2: lengths.2 = newValue
      case 3: lengths.3 = newValue
      case 4: lengths.4 = newValue
      case 5: lengths.5 = newValue
      case 6: lengths.6 = newValue
      default: lengths.7 = newValue
      }
    }
  }
}

extension Shape: Hashable {
  public static func == (left: Shape, right: Shape) -> Bool {
    left.rank == right.rank && left.elementsEqual(right)
  }

  public func hash(into hasher: inout Hasher) {
    for length in self { hasher.combine(length) }
  }
}

extension Shape: ExpressibleByArrayLiteral, CustomStringConvertible {
  public init(arrayLiteral lengths: Int...) {
    self.init(lengths)
  }

  public var description: String { "[" + map(String.init).joined(separator: ", ") + "]" }
}
