import GraftData
import GraftTensor

extension Tensor where Scalar == Float {
  /// A grid of vectors, shape `[rows, columns, width]`, resampled to another number of rows and columns.
  ///
  ///     y[i] = Σ_j w_ij x[j], w_ij = k((j + ½ − c_i) / s) / Σ_j k((j + ½ − c_i) / s), c_i = (i + ½) · old / new
  ///
  /// along each axis in turn, where k is the cubic kernel with a = −½ (Keys: *Cubic Convolution Interpolation for Digital Image
  /// Processing*, 1981) and s = max(1, old / new) widens it where the grid becomes coarser, so that nothing is passed over. What
  /// lies outside the grid has no weight. The numbers are those of PyTorch's bicubic interpolation with antialiasing.
  func bicubicallyResampled(to grid: (rows: Int, columns: Int)) -> Tensor {
    require(rank == 3, "bicubicallyResampled: a tensor of shape \(shape) is no grid of vectors")
    let (rows, columns, width) = (shape[0], shape[1], shape[2])
    let high = Tensor.bicubicWeights(from: rows, to: grid.rows)
      .matmul(reshaped(to: [rows, columns * width]))
      .reshaped(to: [grid.rows, columns, width])
    return Tensor.bicubicWeights(from: columns, to: grid.columns).matmul(high)
  }

  /// w, shape `[new, old]`.
  private static func bicubicWeights(from old: Int, to new: Int) -> Tensor {
    let ratio = Double(old) / Double(new)
    let spread = Swift.max(ratio, 1)
    let weights = (0..<new).flatMap { place -> [Float] in
      let centre = (Double(place) + 0.5) * ratio
      let row = (0..<old).map { ResamplingFilter.bicubic.weight(at: (Double($0) + 0.5 - centre) / spread) }
      let sum = row.reduce(0, +)
      return row.map { Float($0 / sum) }
    }
    return Tensor(shape: [new, old], scalars: weights)
  }
}
