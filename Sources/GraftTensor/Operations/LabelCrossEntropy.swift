import CGraftKernels
import Foundation

/// The cross entropy of rows of logits against labels, which may share their weight with all classes:
///
///     lᵢ = −aᵢ · log p[i, yᵢ] − s · Σ w[c] · log p[i, c],   p = softmax(logits)
///
/// The targets are never in memory, and a row whose label is negative is not looked at.
package struct LabelCrossEntropy: Sendable {
  /// lᵢ, shape `[rows]`; 0 where the label is negative.
  package let losses: Tensor<Float>

  private let rows: SoftmaxRows
  private let labels: Tensor<Int32>
  private let weights: Tensor<Float>
  private let share: Float

  /// w, if it is needed, and its sum.
  private let classWeights: Tensor<Float>?
  private let classTotal: Double

  /// Looks at the rows once.
  ///
  /// - Parameters:
  ///   - logits: `[rows, classes]`.
  ///   - labels: y, `[rows]`: classes, or negative numbers for rows that count nothing.
  ///   - weights: a, `[rows]`.
  ///   - share: s, what goes to every class.
  ///   - classWeights: w, `[classes]`; all 1 if `nil`.
  ///
  /// Traps unless the shapes fit and the labels are less than the number of classes.
  package init(
    _ logits: Tensor<Float>, labels: Tensor<Int32>, weights: Tensor<Float>, share: Float = 0,
    classWeights: Tensor<Float>? = nil
  ) {
    let classes = logits.shape.last ?? 0
    require(
      logits.rank == 2 && labels.shape == [logits.shape[0]] && weights.shape == labels.shape
        && (classWeights == nil || classWeights?.shape == [classes]),
      "LabelCrossEntropy: labels of shape \(labels.shape) and weights of shape \(weights.shape) for logits \(logits.shape)"
    )
    let (labels, weights) = (labels.contiguous(), weights.contiguous())
    let classWeights = share == 0 ? nil : classWeights?.contiguous()
    let classTotal =
      classWeights.map { $0.withContiguousBuffer { $0.reduce(0) { $0 + Double($1) } } } ?? Double(classes)
    var losses = Tensor<Float>.zeros(labels.shape)
    rows = losses.withUnsafeMutableBuffer { losses in
      labels.withUnsafeElements { labels in
        weights.withUnsafeElements { weights in
          Tensor.withElements(of: classWeights) { classWeights in
            SoftmaxRows(logits) { row, x, greatest, total in
              let label = Int(labels[row])
              guard label >= 0 else { return }
              require(label < classes, "LabelCrossEntropy: label \(label) is none of \(classes) classes")
              var projection = 0.0
              let kernels = Kernels.current
              let sum =
                share == 0
                ? kernels.pointee.softmax_terms(x, nil, classes, &greatest, nil)
                : kernels.pointee.softmax_terms(x, classWeights, classes, &greatest, &projection)
              total = Float(sum)
              // -log p[c] = log Σ exp(x - m) - (x[c] - m), of which neither term is negative.
              let logSum = Foundation.log(sum)
              var loss = Double(weights[row]) * (logSum + (Double(greatest) - Double(x[label])))
              if share != 0 { loss += Double(share) * (classTotal * logSum - projection) }
              losses[row] = Float(loss)
            }
          }
        }
      }
    }
    (self.labels, self.weights, self.losses) = (labels, weights, losses)
    (self.share, self.classWeights, self.classTotal) = (share, classWeights, classTotal)
  }

  /// The logits' gradient from that of the losses, g:
  /// gᵢ · ((aᵢ + s · Σ w) · p[i, c] − aᵢ · [c = yᵢ] − s · w[c]).
  package func pullback(_ gradient: Tensor<Float>) -> Tensor<Float> {
    let classes = rows.classes
    return labels.withUnsafeElements { labels in
      weights.withUnsafeElements { weights in
        Tensor.withElements(of: classWeights) { classWeights in
          gradient.withContiguousBuffer { gradient in
            rows.gradient { row, x, out in
              let label = Int(labels[row])
              guard label >= 0 else { return out.update(repeating: 0, count: classes) }
              let scale = Double(gradient[row])
              let factor =
                scale * (Double(weights[row]) + Double(share) * classTotal) / Double(rows.total[row])
              Kernels.current.pointee.softmax_scaled(
                x, rows.greatest[row], Float(factor), classWeights, share * gradient[row], out, classes)
              out[label] -= weights[row] * gradient[row]
            }
          }
        }
      }
    }
  }
}
