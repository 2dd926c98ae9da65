extension Tensor where Scalar == UInt8 {
  /// Each byte replaced by its entry in a table of 256 numbers, one table for all or one for each channel (position
  /// along axis 1): `result[n, c, …] == tables[c, self[n, c, …]]`.
  ///
  /// Scaling and normalising 8-bit images takes one pass this way, and gives the same bits as doing it step by step.
  /// Traps unless `tables` has the shape `[1, 256]` or `[shape[1], 256]`.
  package func lookingUp(_ tables: Tensor<Float>) -> Tensor<Float> {
    let channels = tables.rank == 2 ? tables.shape[0] : 0
    require(
      channels > 0 && tables.shape[1] == 256 && (channels == 1 || (rank > 1 && channels == shape[1])),
      "lookingUp: tables of shape \(tables.shape) do not fit bytes of shape \(shape)")
    let run = channels == 1 ? count : shape.dropFirst(2).reduce(1, *)
    return Tensor<Float>(shape: shape) { out in
      withContiguousBuffer { bytes in
        tables.withContiguousBuffer { entries in
          guard let source = bytes.baseAddress, let target = out.baseAddress, run > 0,
            let tables = entries.baseAddress
          else { return }
          for part in 0..<(bytes.count / run) {
            let table = tables + part % channels * 256
            var index = part * run
            let end = index + run
            while index < end {
              target[index] = table[Int(source[index])]
              index += 1
            }
          }
        }
      }
    }
  }
}
