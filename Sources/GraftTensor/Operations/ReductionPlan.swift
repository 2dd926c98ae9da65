/// Which axes of a contiguous tensor a reduction folds, neighbours of one kind run together.
///
/// `[n, c, h, w]` reduced along 0, 2 and 3 has three groups: n (folded), c (kept), h·w (folded).
struct ReductionPlan {
  /// Lengths of the groups, outermost first, and a bit for each that is folded. No array: a plan costs no allocation.
  private var lengths = SIMD8<Int>()
  private var count = 0
  private var folded = 0

  /// The shape of the result.
  private(set) var resultShape = Shape()

  /// The shape of the result with the folded axes kept at length 1.
  private(set) var keptShape: Shape

  /// How many elements are folded into one.
  private(set) var foldedCount = 1

  /// Traps if an axis does not exist or is named twice.
  init(_ shape: Shape, along axes: [Int]?, keepingAxes: Bool, operation: StaticString) {
    var named = axes == nil ? -1 : 0
    if let axes {
      for axis in axes {
        let position = shape.normalized(axis: axis, operation: operation)
        require(named >> position & 1 == 0, "\(operation): axis \(axis) of shape \(shape) is named twice")
        named |= 1 << position
      }
    }
    keptShape = shape
    for axis in 0..<shape.rank {
      let length = shape[axis]
      let isFolded = named >> axis & 1
      if isFolded == 1 {
        keptShape[axis] = 1
        foldedCount *= length
      } else {
        resultShape.append(length)
      }
      if length == 1 { continue }
      if count > 0, folded >> (count - 1) & 1 == isFolded {
        lengths[count - 1] *= length
      } else {
        lengths[count] = length
        folded |= isFolded << count
        count += 1
      }
    }
    if keepingAxes { resultShape = keptShape }
  }

  /// The innermost group still to fold, with the number of elements outside and inside it.
  var innermostFold: (index: Int, outer: Int, length: Int, inner: Int)? {
    guard folded != 0 else { return nil }
    let index = Int.bitWidth - 1 - folded.leadingZeroBitCount
    return (index, product(0..<index), lengths[index], product((index + 1)..<count))
  }

  /// The group to fold if there is just one.
  var onlyFold: (index: Int, outer: Int, length: Int, inner: Int)? {
    folded.nonzeroBitCount == 1 ? innermostFold : nil
  }

  private func product(_ groups: Range<Int>) -> Int {
    var result = 1
    for index in groups { result *= lengths[index] }
    return result
  }

  /// `shape` with the innermost axes that are folded together at length 1: one element to each row.
  func shapeOfRows(of shape: Shape) -> Shape {
    var result = shape
    var axis = shape.rank - 1
    while axis >= 0, keptShape[axis] == 1 {
      result[axis] = 1
      axis -= 1
    }
    return result
  }

  /// Marks a group as done.
  mutating func removeGroup(at index: Int) {
    for position in index..<(count - 1) { lengths[position] = lengths[position + 1] }
    folded = folded & ((1 << index) - 1) | ((folded >> (index + 1)) << index)
    count -= 1
  }
}
