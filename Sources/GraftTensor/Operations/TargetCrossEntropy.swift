import CGraftKernels
import Foundation

/// The cross entropy of rows of logits against a target for each class, lᵢ = −Σ t[i, c] · log p[i, c] with
/// p = softmax(logits). The targets need not add up to 1.
package struct TargetCrossEntropy: Sendable {
  /// lᵢ, shape `[rows]`.
  package let losses: Tensor<Float>

  private let rows: SoftmaxRows
  private let targets: Tensor<Float>

  /// Σ t[i, c] of each row.
  private let sums: Tensor<Float>

  /// Looks at the rows once. Traps unless logits and targets are matrices of one shape.
  package init(_ logits: Tensor<Float>, targets: Tensor<Float>) {
    require(
      targets.shape == logits.shape && logits.rank == 2,
      "TargetCrossEntropy: targets of shape \(targets.shape) for logits \(logits.shape)")
    let (targets, classes) = (targets.contiguous(), logits.shape[1])
    var losses = Tensor<Float>.zeros([logits.shape[0]])
    var sums = losses
    rows = losses.withUnsafeMutableBuffer { losses in
      sums.withUnsafeMutableBuffer { sums in
        targets.withUnsafeElements { targets in
          let pieces = graft_pieces(count: 1, length: classes, stride: 0)
          return SoftmaxRows(logits) { row, x, greatest, total in
            let kernels = Kernels.current
            let exponentials = kernels.pointee.softmax_terms(x, nil, classes, &greatest, nil)
            // Σ t and Σ t · (x - m): the sums of a normalisation's gradient.
            var (sum, projection) = (Float(0), Float(0))
            kernels.pointee.normalize_sums(
              targets + row * classes, x, nil, nil, pieces, graft_affine(mean: greatest, scale: 1, shift: 0),
              0,
              &sum, &projection)
            (total, sums[row]) = (Float(exponentials), sum)
            losses[row] = Float(Double(sum) * Foundation.log(exponentials) - Double(projection))
          }
        }
      }
    }
    (self.targets, self.sums, self.losses) = (targets, sums, losses)
  }

  /// The logits' gradient from that of the losses, g: gᵢ · (p[i, c] · Σ t[i, c] − t[i, c]).
  package func pullback(_ gradient: Tensor<Float>) -> Tensor<Float> {
    targets.withUnsafeElements { targets in
      sums.withUnsafeElements { sums in
        gradient.withContiguousBuffer { gradient in
          rows.gradient { row, x, out in
            Kernels.current.pointee.softmax_scaled(
              x, rows.greatest[row], sums[row] * gradient[row] / rows.total[row],
              targets + row * rows.classes,
              gradient[row], out, rows.classes)
          }
        }
      }
    }
  }
}
