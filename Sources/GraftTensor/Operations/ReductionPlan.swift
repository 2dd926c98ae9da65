/// Which axes of a contiguous tensor a reduction folds, neighbours of one kind run together.
///
/// `[n, c, h, w]` reduced along 0, 2 and 3 has three groups: n (folded), c (kept), h·w (folded).
struct ReductionPlan {
  /// Lengths of the groups, outermost first, and whether each is folded.
  private(set) var groups: [(length: Int, isFolded: Bool)] = []

  /// The shape of the result.
  private(set) var resultShape = Shape()

  /// The shape of the result with the folded axes kept at length 1.
  private(set) var keptShape: Shape

  /// How many elements are folded into one.
  private(set) var foldedCount = 1

  /// Traps if an axis does not exist or is named twice.
  init(_ shape: Shape, along axes: [Int]?, keepingAxes: Bool, operation: StaticString) {
    var isFolded = [Bool](repeating: axes == nil, count: shape.rank)
    for axis in axes ?? [] {
      let position = shape.normalized(axis: axis, operation: operation)
      require(!isFolded[position], "\(operation): axis \(axis) of shape \(shape) is named twice")
      isFolded[position] = true
    }
    keptShape = shape
    for axis in 0..<shape.rank {
      let length = shape[axis]
      if isFolded[axis] {
        keptShape[axis] = 1
        foldedCount *= length
      } else {
        resultShape.append(length)
      }
      if length == 1 { continue }
      if let last = groups.last, last.isFolded == isFolded[axis] {
        groups[groups.count - 1].length *= length
      } else {
        groups.append((length, isFolded[axis]))
      }
    }
    if keepingAxes { resultShape = keptShape }
  }

  /// The innermost group still to fold, with the number of elements outside and inside it.
  var innermostFold: (index: Int, outer: Int, length: Int, inner: Int)? {
    guard let index = groups.lastIndex(where: \.isFolded) else { return nil }
    let outer = groups[..<index].reduce(1) { $0 * $1.length }
    let inner = groups[(index + 1)...].reduce(1) { $0 * $1.length }
    return (index, outer, groups[index].length, inner)
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
    groups.remove(at: index)
  }
}
