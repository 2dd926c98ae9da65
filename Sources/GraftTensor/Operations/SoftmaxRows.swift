import CGraftKernels

/// Rows of logits, and what there is to keep of their softmax p for a cross entropy: the largest logit m of a row and
/// Σ exp(x - m). Neither p nor its logarithm is ever in memory.
struct SoftmaxRows: Sendable {
  /// Shape `[rows, classes]`, contiguous.
  private let logits: Tensor<Float>

  /// m and Σ exp(x - m) of each row.
  private(set) var greatest, total: [Float]

  /// The number of classes.
  let classes: Int

  /// Looks at the rows of a matrix once, each with `body`, on the thread team.
  ///
  /// `body` gets the row's number and logits, and writes m and Σ exp(x - m) where they belong; both are 0 before. Traps
  /// unless the logits are a matrix.
  init(
    _ logits: Tensor<Float>,
    _ body: (
      _ row: Int, _ logits: UnsafePointer<Float>, _ greatest: inout Float, _ total: inout Float
    ) -> Void
  ) {
    require(logits.rank == 2, "SoftmaxRows: the logits are no matrix but have shape \(logits.shape)")
    let (rows, classes) = (logits.shape[0], logits.shape[1])
    let logits = logits.contiguous()
    var greatest = [Float](repeating: 0, count: rows)
    var total = greatest
    logits.withUnsafeElements { x in
      greatest.withUnsafeMutableBufferPointer { greatest in
        total.withUnsafeMutableBufferPointer { total in
          guard let greatest = greatest.baseAddress, let total = total.baseAddress else { return }
          parallelFor(rows, grain: SoftmaxRows.grain(classes)) { range in
            for row in range { body(row, x + row * classes, &greatest[row], &total[row]) }
          }
        }
      }
    }
    (self.logits, self.greatest, self.total, self.classes) = (logits, greatest, total, classes)
  }

  /// A matrix of the logits' shape whose rows `fill` writes, on the thread team.
  func gradient(
    _ fill: (_ row: Int, _ logits: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>) -> Void
  ) -> Tensor<Float> {
    Tensor(shape: logits.shape) { buffer in
      logits.withUnsafeElements { x in
        guard let out = buffer.baseAddress else { return }
        parallelFor(greatest.count, grain: SoftmaxRows.grain(classes)) { range in
          for row in range { fill(row, x + row * classes, out + row * classes) }
        }
      }
    }
  }

  private static func grain(_ classes: Int) -> Int {
    Swift.max(1, elementwiseGrain / 4 / Swift.max(1, classes))
  }
}
