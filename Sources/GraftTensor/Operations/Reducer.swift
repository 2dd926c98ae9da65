/// Reductions of contiguous elements seen as `[outer, length, inner]` along the middle.
///
/// Long reductions are cut into pieces whose size depends on nothing but the shape, and the pieces' results are
/// reduced again, so that errors grow with the logarithm of the length and results do not depend on threads.
enum Reducer<Scalar: NumericScalar> {
  /// Elements of a row that are folded at once.
  static var rowPiece: Int { 16_384 }

  /// Rows that are added up before their sum meets that of others.
  static var columnPiece: Int { 64 }

  /// Columns that are handled at once: their sums stay in the fastest cache.
  static var columnWidth: Int { 2_048 }

  /// The result, shape `[outer · inner]`.
  static func reduce(
    _ reduction: Reduction, _ tensor: Tensor<Scalar>, outer: Int, length: Int, inner: Int
  ) -> Tensor<Scalar> {
    guard length > 0, outer > 0, inner > 0 else {
      return Tensor(repeating: reduction == .product ? 1 : 0, shape: [outer * inner])
    }
    return inner == 1
      ? reduceRows(reduction, tensor, count: outer, length: length)
      : reduceColumns(reduction, tensor, outer: outer, rows: length, width: inner)
  }

  private static func reduceRows(
    _ reduction: Reduction, _ tensor: Tensor<Scalar>, count: Int, length: Int
  ) -> Tensor<Scalar> {
    let pieces = (length + rowPiece - 1) / rowPiece
    let partial = Tensor<Scalar>(shape: [count * pieces]) { out in
      tensor.withContiguousBuffer { elements in
        guard let source = elements.baseAddress else { return }
        parallelFor(count * pieces, grain: max(1, elementwiseGrain / min(length, rowPiece))) { range in
          for index in range {
            let (row, piece) = index.quotientAndRemainder(dividingBy: pieces)
            let start = piece * rowPiece
            out[index] = Scalar.reduce(
              reduction, source + row * length + start, count: min(rowPiece, length - start))
          }
        }
      }
    }
    guard pieces > 1 else { return partial }
    return reduceRows(reduction.ofPartialResults, partial, count: count, length: pieces)
  }

  private static func reduceColumns(
    _ reduction: Reduction, _ tensor: Tensor<Scalar>, outer: Int, rows: Int, width: Int
  ) -> Tensor<Scalar> {
    let pieces = (rows + columnPiece - 1) / columnPiece
    let strips = (width + columnWidth - 1) / columnWidth
    let partial = Tensor<Scalar>(shape: [outer * pieces * width]) { buffer in
      tensor.withContiguousBuffer { elements in
        guard let source = elements.baseAddress, let target = buffer.baseAddress else { return }
        let block = min(width, columnWidth) * min(rows, columnPiece)
        parallelFor(outer * pieces * strips, grain: max(1, elementwiseGrain / block)) { range in
          for index in range {
            let (block, strip) = index.quotientAndRemainder(dividingBy: strips)
            let (group, piece) = block.quotientAndRemainder(dividingBy: pieces)
            let column = strip * columnWidth
            let count = min(columnWidth, width - column)
            let out = target + block * width + column
            let first = group * rows + piece * columnPiece
            let end = group * rows + min(rows, (piece + 1) * columnPiece)
            out.update(from: source + first * width + column, count: count)
            for row in (first + 1)..<end {
              Scalar.combine(
                reduction.joining, out, step: 1, source + row * width + column, step: 1, into: out,
                count: count)
            }
          }
        }
      }
    }
    guard pieces > 1 else { return partial }
    return reduceColumns(reduction, partial, outer: outer, rows: pieces, width: width)
  }
}
