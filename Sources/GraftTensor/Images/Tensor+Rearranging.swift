extension Tensor where Scalar == UInt8 {
  /// The given rows and columns of an image, each as often as it is named: `result[c, i, j] == self[c, rows[i], columns[j]]`.
  ///
  /// Traps unless this has the shape `[channels, height, width]`, and rows and columns lie in it.
  package func rearranged(rows: [Int], columns: [Int]) -> Tensor {
    require(
      rank == 3 && rows.allSatisfy { $0 >= 0 && $0 < shape[1] }
        && columns.allSatisfy { $0 >= 0 && $0 < shape[2] },
      "rearranged: rows and columns that an image of shape \(shape) does not have")
    let (height, width) = (shape[1], shape[2])
    return Tensor(shape: [shape[0], rows.count, columns.count]) { out in
      withContiguousBuffer { source in
        var place = 0
        for channel in 0..<shape[0] {
          for row in rows {
            let start = (channel * height + row) * width
            for column in columns {
              out[place] = source[start + column]
              place += 1
            }
          }
        }
      }
    }
  }

  /// This image with so many copies of its outermost rows and columns around it.
  package func edgePadded(_ rows: (before: Int, after: Int), _ columns: (before: Int, after: Int)) -> Tensor {
    rearranged(
      rows: (-rows.before..<(shape[1] + rows.after)).map { Swift.min(Swift.max($0, 0), shape[1] - 1) },
      columns: (-columns.before..<(shape[2] + columns.after)).map {
        Swift.min(Swift.max($0, 0), shape[2] - 1)
      })
  }
}
