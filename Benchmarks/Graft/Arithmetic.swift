/// Additions and multiplications of a network, counted from the shapes of its convolutions and linear maps. What
/// normalisation, activation, pooling and the optimizer add is small beside it and not counted.
struct Arithmetic {
  /// Of all layers forward.
  private(set) var forward = 0.0
  private var first: Double?

  /// Of a training step that reaches every parameter: forward, and twice as much backward (one product for the input's
  /// gradient, one for the weight's), but no gradient for the images.
  var training: Double { 3 * forward - (first ?? 0) }

  /// A convolution with a square kernel to square images of `size` × `size`.
  mutating func convolution(_ images: Int, _ inputs: Int, _ outputs: Int, kernel: Int, size: Int) {
    add(2 * Double(images * outputs * inputs * kernel * kernel) * Double(size * size))
  }

  /// A fully connected layer on `rows` vectors.
  mutating func linear(_ rows: Int, _ inputs: Int, _ outputs: Int) {
    add(2 * Double(rows * inputs * outputs))
  }

  private mutating func add(_ operations: Double) {
    first = first ?? operations
    forward += operations
  }
}
