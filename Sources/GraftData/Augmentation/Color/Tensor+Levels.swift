import GraftTensor

// What becomes of a level depends on the level alone: a table of 256. Results are Pillow's, to the byte.
extension Tensor where Scalar == UInt8 {
  /// The negative: 255 less each level.
  public func inverted() -> Tensor {
    mappingLevels { 255 - $0 }
  }

  /// The image with the upper `bits` bits of each level; 8 change nothing, 0 make it black.
  ///
  /// Traps unless there are 0 to 8.
  public func posterized(bits: Int) -> Tensor {
    require(bits >= 0 && bits <= 8, "posterized: \(bits) bits of a byte")
    let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
    return mappingLevels { $0 & mask }
  }

  /// The image with all levels from `threshold` on inverted.
  public func solarized(from threshold: Double = 128) -> Tensor {
    mappingLevels { Double($0) < threshold ? $0 : 255 - $0 }
  }

  /// The image with each channel's levels stretched so that its darkest becomes 0 and its lightest 255. A channel of one level stays.
  public func autocontrasted() -> Tensor {
    mappingChannels { levels in
      let present = levels.indices.filter { levels[$0] > 0 }
      guard let darkest = present.first, let lightest = present.last, darkest < lightest else { return nil }
      let scale = 255.0 / Double(lightest - darkest)
      let offset = -Double(darkest) * scale
      return (0..<256).map { UInt8(clamping: Int(Double($0) * scale + offset)) }
    }
  }

  /// The image with each channel's levels spread so that all are about as frequent: equalisation of the histogram.
  ///
  /// With s = (pixels − those of the lightest level) / 255, rounded down, level i becomes (s / 2 + pixels darker than i) / s. A channel
  /// stays as it is if it has one level only, or s is 0.
  public func equalized() -> Tensor {
    mappingChannels { levels in
      let present = levels.filter { $0 > 0 }
      let step = (present.reduce(0, +) - (present.last ?? 0)) / 255
      guard present.count > 1, step > 0 else { return nil }
      var darker = step / 2
      return levels.map { count in
        defer { darker += count }
        return UInt8(clamping: darker / step)
      }
    }
  }

  /// Replaces each level by what `map` makes of it.
  private func mappingLevels(_ map: (UInt8) -> UInt8) -> Tensor {
    let table = (0...255).map { map(UInt8($0)) }
    return Tensor(shape: shape) { result in
      withContiguousBuffer { TensorLevels.look(up: $0, in: table, into: result) }
    }
  }

  /// Replaces the levels of each channel by a table that is made from how often each level occurs there; `nil` changes nothing.
  private func mappingChannels(_ makeTable: (_ counts: [Int]) -> [UInt8]?) -> Tensor {
    require(rank == 3, "\(shape) is not an image [channels, height, width]")
    let pixels = shape[1] * shape[2]
    return Tensor(shape: shape) { result in
      withContiguousBuffer { source in
        for start in stride(from: 0, to: source.count, by: Swift.max(pixels, 1)) {
          let channel = UnsafeBufferPointer(rebasing: source[start..<(start + pixels)])
          let table = makeTable(TensorLevels.counts(of: channel)) ?? Array(0...255)
          let out = UnsafeMutableBufferPointer(rebasing: result[start..<(start + pixels)])
          TensorLevels.look(up: channel, in: table, into: out)
        }
      }
    }
  }
}

/// The loops over an image's bytes.
private enum TensorLevels {
  static func look(
    up levels: UnsafeBufferPointer<UInt8>, in table: [UInt8], into out: UnsafeMutableBufferPointer<UInt8>
  ) {
    table.withUnsafeBufferPointer { table in
      for index in levels.indices { out[index] = table[Int(levels[index])] }
    }
  }

  static func counts(of levels: UnsafeBufferPointer<UInt8>) -> [Int] {
    var counts = [Int](repeating: 0, count: 256)
    counts.withUnsafeMutableBufferPointer { counts in
      for level in levels { counts[Int(level)] &+= 1 }
    }
    return counts
  }
}
