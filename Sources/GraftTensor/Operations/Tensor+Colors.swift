import CGraftKernels

/// A change of an image's colours that leaves bytes, as Pillow makes it.
package enum ColorChange: Hashable, Sendable {
  /// A blend with black: each level times the factor.
  case brightness(Float)
  /// A blend with the mean gray level of the image as it is then, rounded.
  case contrast(Float)
  /// A blend with each pixel's own gray level.
  case saturation(Float)
  /// The hue's byte moved round a circle of 256.
  case hue(UInt8)

  /// The kernel's step, if the image's gray levels have this mean.
  fileprivate func step(meanGray: Float) -> graft_color_step {
    switch self {
    case .brightness(let factor): graft_color_step(kind: GRAFT_BLEND_WITH_LEVEL, amount: factor, level: 0)
    case .contrast(let factor):
      graft_color_step(kind: GRAFT_BLEND_WITH_LEVEL, amount: factor, level: meanGray)
    case .saturation(let factor): graft_color_step(kind: GRAFT_BLEND_WITH_GRAY, amount: factor, level: 0)
    case .hue(let shift): graft_color_step(kind: GRAFT_TURN_HUE, amount: Float(shift), level: 0)
    }
  }

  fileprivate var needsMean: Bool {
    if case .contrast = self { true } else { false }
  }
}

extension Tensor where Scalar == UInt8 {
  /// A colour image, `[3, height, width]`, after some changes, one after the other. Factors are finite.
  ///
  /// The image is gone through once, and once more for each contrast, whose mean has to be known first.
  package func changingColors(_ changes: [ColorChange]) -> Tensor {
    let pixels = count / 3
    var passes: [[ColorChange]] = [[]]
    for change in changes {
      if change.needsMean { passes.append([]) }
      passes[passes.count - 1].append(change)
    }
    return Tensor(shape: shape) { result in
      withContiguousBuffer { source in
        guard pixels > 0, var input = source.baseAddress, let out = result.baseAddress else { return }
        var meanGray: Float = 0
        for pass in passes {
          let steps = pass.map { $0.step(meanGray: meanGray) }
          let sum = Kernels.current.pointee.adjust_colors(
            steps, steps.count, input, input + pixels, input + 2 * pixels, out, out + pixels,
            out + 2 * pixels,
            pixels)
          meanGray = Float((Double(sum) / Double(pixels) + 0.5).rounded(.down))
          input = UnsafePointer(out)
        }
      }
    }
  }

  /// The gray levels of a colour image, `[1, height, width]` from `[3, height, width]`.
  package func grayLevels() -> Tensor {
    let pixels = count / 3
    return Tensor(shape: [1, shape[1], shape[2]]) { result in
      withContiguousBuffer { source in
        guard pixels > 0, let source = source.baseAddress, let out = result.baseAddress else { return }
        Kernels.current.pointee.gray_levels(source, source + pixels, source + 2 * pixels, out, pixels)
      }
    }
  }

  /// a + factor · (self − a) of each byte, fractions dropped and confined to 0…255; a is one level, or an image of the same shape.
  package func blended(from other: Tensor, factor: Float) -> Tensor {
    Tensor(shape: shape) { result in
      Tensor.withElements(of: [self, other]) { operands in
        guard let out = result.baseAddress else { return }
        Kernels.current.pointee.blend_bytes(
          operands[1], other.count == 1 ? 0 : 1, operands[0], factor, out, result.count)
      }
    }
  }
}
