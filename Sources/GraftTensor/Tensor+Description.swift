extension Tensor: CustomStringConvertible {
  /// The elements in nested brackets; of long axes only the first and the last three.
  ///
  /// ```
  /// [[1.0, 2.0],
  ///  [3.0, 4.0]]
  /// ```
  public var description: String {
    TensorFormatter(tensor: self).text
  }
}

/// Writes the elements of a tensor as nested rows whose columns line up.
private struct TensorFormatter<Scalar: TensorScalar> {
  let text: String

  init(tensor: Tensor<Scalar>) {
    let isAbridged = tensor.count > 1_000
    var cells: [String] = []
    Self.collect(tensor, isAbridged: isAbridged, into: &cells)
    let width = cells.map(\.count).max() ?? 0
    var remaining = cells[...]
    text = Self.write(
      shape: tensor.shape[...], depth: 0, isAbridged: isAbridged, width: width, cells: &remaining)
  }

  /// The positions along an axis that are shown: all, or the first and the last three.
  private static func shown(_ length: Int, isAbridged: Bool) -> [Int] {
    isAbridged && length > 6 ? Array(0..<3) + Array((length - 3)..<length) : Array(0..<length)
  }

  private static func collect(_ tensor: Tensor<Scalar>, isAbridged: Bool, into cells: inout [String]) {
    if tensor.rank == 0 { return cells.append("\(tensor.scalar)") }
    for index in shown(tensor.shape[0], isAbridged: isAbridged) {
      collect(tensor.select(index), isAbridged: isAbridged, into: &cells)
    }
  }

  private static func write(
    shape: Slice<Shape>, depth: Int, isAbridged: Bool, width: Int, cells: inout ArraySlice<String>
  ) -> String {
    guard let length = shape.first else {
      let cell = cells.removeFirst()
      return String(repeating: " ", count: width - cell.count) + cell
    }
    var parts: [String] = []
    let positions = shown(length, isAbridged: isAbridged)
    for (place, _) in positions.enumerated() {
      if place == 3 && positions.count < length { parts.append("…") }
      parts.append(
        write(
          shape: shape.dropFirst(), depth: depth + 1, isAbridged: isAbridged, width: width, cells: &cells))
    }
    // Rows go on lines of their own, and blocks of rows are set off by empty lines.
    let newLines = String(repeating: "\n", count: shape.count - 1)
    let separator = shape.count == 1 ? ", " : "," + newLines + String(repeating: " ", count: depth + 1)
    return "[" + parts.joined(separator: separator) + "]"
  }
}
