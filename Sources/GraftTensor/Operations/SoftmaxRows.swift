import CGraftKernels
import Foundation

/// Rows of logits, and what there is to keep of their softmax p for a cross entropy: the largest logit m of a row and
/// Σ exp(x - m). Neither p nor its logarithm is ever in memory.
package struct SoftmaxRows: Sendable {
  /// Shape `[rows, classes]`, contiguous.
  private let logits: Tensor<Float>

  /// m and Σ exp(x - m) of each row.
  private let greatest, total: [Float]

  private let classes: Int

  /// Looks at the rows of a matrix once. Traps unless it is one.
  package init(_ logits: Tensor<Float>) {
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
            let kernels = Kernels.current
            for row in range {
              total[row] = Float(kernels.pointee.softmax_terms(x + row * classes, classes, greatest + row))
            }
          }
        }
      }
    }
    (self.logits, self.greatest, self.total, self.classes) = (logits, greatest, total, classes)
  }

  private static func grain(_ classes: Int) -> Int {
    Swift.max(1, elementwiseGrain / 4 / Swift.max(1, classes))
  }

  /// -log p[i, labels[i]] for each row, shape `[rows]`. The labels are classes.
  package func crossEntropy(_ labels: Tensor<Int32>) -> Tensor<Float> {
    Tensor(shape: [greatest.count]) { losses in
      logits.withUnsafeElements { x in
        labels.withContiguousBuffer { labels in
          for row in 0..<losses.count {
            let label = Int(labels[row])
            require(
              label >= 0 && label < classes, "SoftmaxRows: label \(label) is none of \(classes) classes")
            losses[row] = Float(
              Double(greatest[row]) - Double(x[row * classes + label]) + Foundation.log(Double(total[row])))
          }
        }
      }
    }
  }

  /// -Σ targets[i, c] · log p[i, c] for each row, shape `[rows]`, and Σ targets[i, c]. The targets have the logits' shape.
  package func crossEntropy(_ targets: Tensor<Float>) -> (losses: Tensor<Float>, sums: Tensor<Float>) {
    require(
      targets.shape == logits.shape,
      "SoftmaxRows: targets of shape \(targets.shape) for logits \(logits.shape)")
    var sums = Tensor<Float>.zeros([greatest.count])
    let losses = Tensor<Float>(shape: [greatest.count]) { losses in
      sums.withUnsafeMutableBuffer { sums in
        logits.withUnsafeElements { x in
          targets.withContiguousBuffer { targets in
            guard let t = targets.baseAddress else { return }
            parallelFor(losses.count, grain: SoftmaxRows.grain(classes)) { range in
              let kernels = Kernels.current
              let pieces = graft_pieces(count: 1, length: classes, stride: 0)
              for row in range {
                // Σ t and Σ t · (x - m): the sums of a normalisation's gradient.
                var (sum, product) = (Float(0), Float(0))
                kernels.pointee.normalize_sums(
                  t + row * classes, x + row * classes, nil, nil, pieces,
                  graft_affine(mean: greatest[row], scale: 1, shift: 0), 0, &sum, &product)
                sums[row] = sum
                losses[row] = Float(Double(sum) * Foundation.log(Double(total[row])) - Double(product))
              }
            }
          }
        }
      }
    }
    return (losses, sums)
  }

  /// The logits' gradient (p[i, c] - [c = labels[i]]) · scale[i].
  package func pullback(_ labels: Tensor<Int32>, scale: Tensor<Float>) -> Tensor<Float> {
    labels.withContiguousBuffer { labels in
      scale.withContiguousBuffer { scale in
        gradient { row, x, out in
          Kernels.current.pointee.softmax_scaled(
            x, greatest[row], scale[row] / total[row], nil, 0, out, classes)
          out[Int(labels[row])] -= scale[row]
        }
      }
    }
  }

  /// The logits' gradient (p[i, c] · sums[i] - targets[i, c]) · scale[i], where `sums` are those of the targets.
  package func pullback(
    _ targets: Tensor<Float>, sums: Tensor<Float>, scale: Tensor<Float>
  ) -> Tensor<Float> {
    targets.withContiguousBuffer { targets in
      sums.withContiguousBuffer { sums in
        scale.withContiguousBuffer { scale in
          gradient { row, x, out in
            Kernels.current.pointee.softmax_scaled(
              x, greatest[row], sums[row] * scale[row] / total[row],
              targets.baseAddress.map { $0 + row * classes },
              scale[row], out, classes)
          }
        }
      }
    }
  }

  /// A matrix of the logits' shape whose rows `fill` writes, on the thread team.
  private func gradient(
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
}
