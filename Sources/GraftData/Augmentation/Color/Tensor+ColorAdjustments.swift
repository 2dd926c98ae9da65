import GraftTensor

// Images are bytes of shape [3, height, width], red, green and blue, or [1, height, width]. Every result is Pillow's, to the byte: that of
// torchvision's function of the same purpose for an image of Pillow's.
extension Tensor where Scalar == UInt8 {
  /// The image darker or lighter: each level times `factor`, without its fraction, at most 255.
  ///
  /// Traps unless this is an image of one or three channels, and the factor is finite and not negative.
  public func adjustingBrightness(by factor: Double) -> Tensor {
    changing([.brightness(checkedFactor(factor, "adjustingBrightness"))], "adjustingBrightness")
  }

  /// The image with more or less contrast: each level's distance from the mean gray level of the image times `factor`.
  ///
  /// 0 makes an even gray, 1 changes nothing. Traps unless this is an image of one or three channels, and the factor is finite and
  /// not negative.
  public func adjustingContrast(by factor: Double) -> Tensor {
    changing([.contrast(checkedFactor(factor, "adjustingContrast"))], "adjustingContrast")
  }

  /// The image with stronger or weaker colours: each level's distance from its pixel's gray level times `factor`.
  ///
  /// 0 makes a gray image, 1 changes nothing. Gray images stay as they are. Traps unless this is an image of one or three
  /// channels, and the factor is finite and not negative.
  public func adjustingSaturation(by factor: Double) -> Tensor {
    changing([.saturation(checkedFactor(factor, "adjustingSaturation"))], "adjustingSaturation")
  }

  /// The image with all hues turned by `turns` of the colour circle, in −½…½: a third makes red green.
  ///
  /// Goes through hue, saturation and value in bytes, so that 0 is not quite without effect. Gray images stay as they are. Traps unless
  /// this is an image of one or three channels, and `turns` lies in its range.
  public func turningHue(by turns: Double) -> Tensor {
    require(turns >= -0.5 && turns <= 0.5, "turningHue: \(turns) turns do not lie in -0.5...0.5")
    return changing([.hue(turns: turns)], "turningHue")
  }

  /// The image in gray: (19595 R + 38470 G + 7471 B) / 65536, rounded, as ITU-R 601-2 defines brightness.
  ///
  /// Traps unless this is an image of one or three channels.
  ///
  /// - Parameter channels: how many channels with the same levels the result has. Default: as many as the image.
  public func grayscale(channels: Int? = nil) -> Tensor {
    let gray = hasColors("grayscale") ? grayLevels() : self
    let channels = channels ?? shape[0]
    return channels == 1 ? gray : .concatenated(Array(repeating: gray, count: channels))
  }

  /// The image after some changes, one after the other. Of gray images saturation and hue change nothing.
  func changing(_ changes: [ColorChange], _ operation: String) -> Tensor {
    guard !hasColors(operation) else { return changingColors(changes) }
    return changes.reduce(self) { image, change in
      switch change {
      case .brightness(let factor): image.blended(from: Tensor([0]), factor: factor)
      case .contrast(let factor): image.blended(from: Tensor([image.meanLevel]), factor: factor)
      case .saturation, .hue: image
      }
    }
  }

  /// Whether an image has colours; traps if this is no image.
  func hasColors(_ operation: String) -> Bool {
    require(
      rank == 3 && (shape[0] == 1 || shape[0] == 3) && count > 0,
      "\(operation): \(shape) is not an image [1 or 3 channels, height, width]")
    return shape[0] == 3
  }

  /// The mean of all levels, rounded.
  private var meanLevel: UInt8 {
    let sum = withContiguousBuffer { $0.reduce(into: 0) { $0 &+= Int($1) } }
    return UInt8((Double(sum) / Double(count) + 0.5).rounded(.down))
  }
}

extension ColorChange {
  /// A change of hue by a part of the circle, in 255ths towards 0.
  static func hue(turns: Double) -> ColorChange {
    .hue(UInt8(truncatingIfNeeded: Int(turns * 255)))
  }
}

private func checkedFactor(_ factor: Double, _ operation: String) -> Float {
  require(factor >= 0 && factor.isFinite, "\(operation): factor \(factor) is negative or not finite")
  return Float(factor)
}
