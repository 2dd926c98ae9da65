/// The elements of a window along one axis, as the images see them: position y of the window meets, with each tap, row
/// `y * stride + offset` of the image.
///
/// A convolution and the gradients of its input are both of this kind; they differ in their taps.
struct WindowTaps {
  /// One element of the window.
  struct Tap {
    /// Where it lies relative to the window's position; negative in the padding before the image.
    let offset: Int
    /// Its index in the filter.
    let index: Int
  }

  let taps: [Tap]
  let stride: Int

  /// How many positions the window takes.
  let positions: Int

  /// Where in the target the result of position 0 goes, and how far apart those of neighbouring positions lie.
  let targetStart: Int, targetStep: Int

  /// The windows of a convolution.
  static func forward(
    kernel: Int, stride: Int, padding: Int, dilation: Int, positions: Int
  ) -> WindowTaps {
    WindowTaps(
      taps: (0..<kernel).map { Tap(offset: $0 * dilation - padding, index: $0) }, stride: stride,
      positions: positions, targetStart: 0, targetStep: 1)
  }

  /// The windows over the output's gradient whose sums are the input's gradient.
  ///
  /// Output y takes element i of its window from input u = y·stride + i·dilation − padding. So u receives from output
  /// (u + padding − i·dilation) / stride, for those i where that is whole. Which these are depends on u modulo the
  /// stride alone: every residue has taps, and positions, of its own.
  static func backward(
    kernel: Int, stride: Int, padding: Int, dilation: Int, length: Int
  ) -> [WindowTaps] {
    (0..<min(stride, length)).map { residue in
      let taps = (0..<kernel).compactMap { index -> Tap? in
        let distance = residue + padding - index * dilation
        return distance % stride == 0 ? Tap(offset: distance / stride, index: index) : nil
      }
      return WindowTaps(
        taps: taps, stride: 1, positions: (length - residue + stride - 1) / stride, targetStart: residue,
        targetStep: stride)
    }
  }

  /// The least offset of a tap: where the first position's window begins.
  var start: Int { taps.map(\.offset).min() ?? 0 }

  /// How many places apart rows lie that the same tap meets at neighbouring positions, counted in phases: 1 for a window
  /// that moves by one row, or whose taps all fall on the same rows modulo the stride.
  var phases: Int { (taps.map { ($0.offset - start) % stride }.max() ?? 0) + 1 }

  /// How far the last tap reaches beyond the first, in places of a phase.
  var reach: Int { taps.map { ($0.offset - start) / stride }.max() ?? 0 }

  /// The phase that a tap looks at, and its distance in that phase from the position.
  func place(of tap: Tap) -> (phase: Int, shift: Int) {
    let (shift, phase) = (tap.offset - start).quotientAndRemainder(dividingBy: stride)
    return (phase, shift)
  }
}
