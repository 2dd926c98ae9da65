import CGraftKernels

/// The elements of a tensor `[batch, channels, …]` by channel: a run for each sample.
struct ChannelElements {
  /// How many channels there are, and the distance of their first elements.
  let count, distance: Int

  /// Where the elements of a channel lie.
  let runs: graft_pieces

  /// Planes of one element would make runs of one. They lie as `[channels, batch]` instead: a channel is one run.
  private let isTransposed: Bool

  private let shape: Shape

  init(_ shape: Shape) {
    self.shape = shape
    count = shape[1]
    let plane = shape.dropFirst(2).reduce(1, *)
    isTransposed = plane == 1
    distance = isTransposed ? shape[0] : plane
    runs =
      isTransposed
      ? graft_pieces(count: 1, length: shape[0], stride: 0)
      : graft_pieces(count: shape[0], length: plane, stride: count * plane)
  }

  /// How many elements a channel has.
  var size: Int { runs.count * runs.length }

  /// A tensor of the shape, contiguous, its elements where the runs say.
  func arranged(_ tensor: Tensor<Float>) -> Tensor<Float> {
    isTransposed ? tensor.reshaped(to: [shape[0], count]).transposed().contiguous() : tensor.contiguous()
  }

  /// ``arranged(_:)`` in place, or left to be copied by whoever writes it.
  func arrange(_ tensor: inout Tensor<Float>) {
    if isTransposed { tensor = arranged(tensor) }
  }

  /// The way back.
  func restored(_ tensor: Tensor<Float>) -> Tensor<Float> {
    isTransposed ? tensor.transposed().contiguous().reshaped(to: shape) : tensor
  }

  /// Calls `body` for every channel with the place of its first element, on the thread team.
  func forEachChannel(_ body: (_ channel: Int, _ start: Int) -> Void) {
    parallelFor(count, grain: max(1, elementwiseGrain / max(1, size))) { range in
      for channel in range { body(channel, channel * distance) }
    }
  }
}
