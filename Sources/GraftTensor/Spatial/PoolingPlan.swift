/// The windows of one pooling along both axes of an image, worked out.
public struct PoolingPlan: Sendable {
  /// One window along one axis.
  struct Window: Sendable, Hashable {
    /// The positions inside the image; never empty.
    var inside: Range<Int>
    /// By how much an average divides along this axis.
    var divisor: Int
  }

  /// `[n, c, h, w]`.
  public let inputShape: Shape

  /// The windows of each output row and each output column.
  let rows: [Window], columns: [Window]

  /// How the windows move, or nothing if they are adapted to the output's size.
  let geometry: Pooling2D?

  /// Whether averages divide by the window's size with its padding.
  let countsPadding: Bool

  /// `[n, c, oh, ow]`.
  public var outputShape: Shape { [inputShape[0], inputShape[1], rows.count, columns.count] }

  /// Windows that move over the padded image.
  ///
  /// `countsPadding` says whether the divisor of an average includes padding; what reaches beyond the padding never
  /// counts. Traps with the operation's name and the input's shape if no window fits.
  init(input: Shape, _ geometry: Pooling2D, countsPadding: Bool = false, operation: StaticString) {
    Self.check(input, operation: operation)
    inputShape = input
    self.geometry = geometry
    self.countsPadding = countsPadding
    func windows(_ length: Int, _ kernel: Int, _ stride: Int, _ padding: Int) -> [Window] {
      let room = length + 2 * padding - kernel + (geometry.ceilMode ? stride - 1 : 0)
      guard room >= 0 else {
        fatalError(
          "\(operation): the window \(geometry.kernel) does not fit into input \(input) with padding "
            + "\(geometry.padding)")
      }
      var count = room / stride + 1
      // Rounding up may have made a last window that starts beyond the image.
      if geometry.ceilMode && (count - 1) * stride >= length + padding { count -= 1 }
      return (0..<count).map { position in
        let start = position * stride - padding
        let inside = max(start, 0)..<min(start + kernel, length)
        let padded = min(start + kernel, length + padding) - start
        return Window(inside: inside, divisor: countsPadding ? padded : inside.count)
      }
    }
    rows = windows(input[2], geometry.kernel.height, geometry.stride.height, geometry.padding.height)
    columns = windows(input[3], geometry.kernel.width, geometry.stride.width, geometry.padding.width)
  }

  /// Windows that divide the image evenly: position i of `count` covers ⌊i·length/count⌋ ..< ⌈(i+1)·length/count⌉.
  ///
  /// Traps with the operation's name unless the size is positive.
  init(input: Shape, adaptedTo size: (height: Int, width: Int), operation: StaticString) {
    Self.check(input, operation: operation)
    require(
      size.height > 0 && size.width > 0,
      "\(operation): output size \(size) for input \(input) is not positive")
    inputShape = input
    geometry = nil
    countsPadding = false
    func windows(_ length: Int, _ count: Int) -> [Window] {
      (0..<count).map { position in
        let inside = (position * length / count)..<(((position + 1) * length + count - 1) / count)
        return Window(inside: inside, divisor: inside.count)
      }
    }
    rows = windows(input[2], size.height)
    columns = windows(input[3], size.width)
  }

  private static func check(_ input: Shape, operation: StaticString) {
    require(
      input.rank == 4 && input[2] > 0 && input[3] > 0 && input[2] * input[3] <= Int(Int32.max),
      "\(operation): input \(input) has to be [n, c, h, w] with at least one element a plane")
  }
}
