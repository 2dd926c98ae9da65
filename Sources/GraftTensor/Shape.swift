/// The lengths of a tensor's axes, outermost first: `[batch, channels, height, width]`.
///
/// A shape is a value without heap storage, so that making a view or an output costs no allocation;
/// that is why its rank is limited to ``maximumRank``. A length is at most ``maximumLength``.
public struct Shape: Sendable {
  /// The largest number of axes a tensor can have.
  public static let maximumRank = 8

  /// The largest length of an axis, and the largest distance of neighbours along one: 2³¹ − 1 elements.
  public static let maximumLength = Int(Int32.max)

  /// Room for the lengths. Every tensor is copied often, hence 32 bits a length.
  struct Lanes: Sendable, Hashable {
    var outer = SIMD4<Int32>()
    var inner = SIMD4<Int32>()
  }

  /// The lengths; lanes beyond the rank are 0.
  private(set) var lanes = Lanes()
  private var axes: Int32 = 0

  /// The number of axes; a scalar has none.
  public var rank: Int { Int(axes) }

  /// The shape of a scalar: no axes, one element.
  public init() {}

  /// The first `rank` lanes as a shape; those beyond have to be 0.
  init(lanes: Lanes, rank: Int) {
    self.lanes = lanes
    axes = Int32(truncatingIfNeeded: rank)
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
    axes += 1
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
    axes -= 1
    return removed
  }

  /// This shape with axes in another order: `result[i] == self[order[i]]`.
  public func permuted(_ order: [Int]) -> Shape {
    Shape(order.map { self[$0] })
  }

  /// Element distances of a contiguous, row-major tensor of this shape.
  ///
  /// Traps if one that matters is longer than ``maximumLength``.
  package var contiguousStrides: Shape {
    var strides = self
    var distance = 1
    var axis = rank - 1
    while axis >= 0 {
      let length = self[axis]
      // Nobody steps along an axis of length 1, or in a tensor without elements.
      let fits = distance <= Shape.maximumLength
      require(
        fits || length == 1 || contains(0),
        "Shape: \(self) puts neighbours more than \(Shape.maximumLength) elements apart")
      strides[axis] = fits ? distance : 0
      let (product, overflow) = distance.multipliedReportingOverflow(by: length)
      distance = overflow ? Int.max : product
      axis -= 1
    }
    return strides
  }

  /// Calls `body` with a pointer to the lengths, for kernels; ``rank`` of them can be read.
  package func withUnsafeLengths<Result>(_ body: (UnsafePointer<Int>) throws -> Result) rethrows -> Result {
    try withUnsafeTemporaryAllocation(of: Int.self, capacity: Shape.maximumRank) { buffer in
      guard let lengths = buffer.baseAddress else { fatalError("Shape: a temporary buffer has an address") }
      for axis in 0..<rank { (lengths + axis).initialize(to: self[axis]) }
      return try body(lengths)
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

  /// The length of one axis. Traps if there is no such axis, or the length is more than ``maximumLength``.
  public subscript(axis: Int) -> Int {
    get {
      require(axis >= 0 && axis < rank, "Shape: axis \(axis) does not exist in rank \(rank)")
      return Int(axis < 4 ? lanes.outer[axis] : lanes.inner[axis - 4])
    }
    set {
      require(axis >= 0 && axis < rank, "Shape: axis \(axis) does not exist in rank \(rank)")
      guard let length = Int32(exactly: newValue) else {
        fatalError("Shape: an axis of length \(newValue) is longer than \(Shape.maximumLength)")
      }
      if axis < 4 {
        lanes.outer[axis] = length
      } else {
        lanes.inner[axis - 4] = length
      }
    }
  }
}

extension Shape: Hashable {
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
