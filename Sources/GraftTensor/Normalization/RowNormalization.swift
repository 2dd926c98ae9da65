import CGraftKernels

/// What brings each row (along the last axis) of a tensor to a mean of 0 and a variance of 1:
/// y = (x - μ) / √(σ² + ε) · w + b.
///
/// One kernel reads a row from memory and writes the result; another reads the row and the gradient on the way back.
package struct RowNormalization: Sendable {
  /// μ and 1 / √(σ² + ε) of each row.
  private let mean, inverse: Tensor<Float>

  /// w of each element of a row; `nil` for ones.
  private let weight: Tensor<Float>?

  /// Rows whose shares of the gradients of w and b are added one after the other, before they meet those of others: as many
  /// as a sum along columns takes.
  private static let piece = 64

  /// Normalises the rows of `input`. `weight` and `bias` have the shape of a row.
  package static func applied(
    to input: Tensor<Float>, weight: Tensor<Float>?, bias: Tensor<Float>?, epsilon: Float
  ) -> (value: Tensor<Float>, normalization: RowNormalization) {
    let length = input.shape[input.rank - 1]
    let rows = length == 0 ? 0 : input.count / length
    var (mean, inverse) = (Tensor<Float>.zeros([rows]), Tensor<Float>.zeros([rows]))
    let value = Tensor<Float>(shape: input.shape) { buffer in
      input.withContiguousBuffer { x in
        Tensor.withElements(of: weight) { w in
          Tensor.withElements(of: bias) { b in
            mean.withUnsafeMutableBuffer { means in
              inverse.withUnsafeMutableBuffer { inverses in
                guard let out = buffer.baseAddress, let x = x.baseAddress, let mean = means.baseAddress,
                  let inverse = inverses.baseAddress
                else { return }
                parallelFor(rows, grain: max(1, elementwiseGrain / max(1, length))) { range in
                  let kernels = Kernels.current
                  for row in range {
                    kernels.pointee.layer_norm(
                      x + row * length, w, b, epsilon, out + row * length, length, mean + row, inverse + row)
                  }
                }
              }
            }
          }
        }
      }
    }
    return (value, RowNormalization(mean: mean, inverse: inverse, weight: weight))
  }

  /// Turns the gradient of the result into that of the input, in place if nobody shares it, and returns those of w and b
  /// if anybody `learns` them.
  package func pullBack(
    _ gradient: inout Tensor<Float>, input: Tensor<Float>, learns: Bool
  ) -> (weight: Tensor<Float>, bias: Tensor<Float>)? {
    let length = input.shape[input.rank - 1]
    let rows = mean.count
    let pieces = (rows + RowNormalization.piece - 1) / RowNormalization.piece
    // The shares of w in the first half of a row, those of b in the second.
    var shares = Tensor<Float>.zeros([learns ? pieces : 0, 2 * length])
    shares.withUnsafeMutableBuffer { shares in
      let share = learns ? shares.baseAddress : nil
      input.withContiguousBuffer { x in
        mean.withUnsafeElements { mean in
          inverse.withUnsafeElements { inverse in
            Tensor.withElements(of: weight) { w in
              gradient.rewriteElements { g, out in
                guard let x = x.baseAddress else { return }
                let grain = max(1, elementwiseGrain / (RowNormalization.piece * length))
                parallelFor(pieces, grain: grain) { range in
                  let kernels = Kernels.current
                  for piece in range {
                    let weights = share.map { $0 + piece * 2 * length }
                    let end = min(rows, (piece + 1) * RowNormalization.piece)
                    for row in (piece * RowNormalization.piece)..<end {
                      kernels.pointee.layer_norm_backward(
                        g + row * length, x + row * length, w, mean[row], inverse[row], out + row * length,
                        length, weights, weights.map { $0 + length })
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
    guard learns else { return nil }
    let sums = shares.sum(along: [0])
    return (sums.slice(0..<length), sums.slice(length..<(2 * length)))
  }
}
