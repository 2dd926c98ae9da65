import GraftTensor

extension TokenBatch {
  /// A batch of the given tensors, for tokens that are not from a text; by default all are of type 0 and none is padding.
  ///
  /// It has no ``encodings``. Traps unless all tensors are `[batch, length]`.
  public init(ids: Tensor<Int32>, typeIDs: Tensor<Int32>? = nil, mask: Tensor<Bool>? = nil) {
    self.ids = ids
    self.typeIDs = typeIDs ?? .zeros(ids.shape)
    self.mask = mask ?? Tensor(repeating: true, shape: ids.shape)
    encodings = []
    require(
      ids.rank == 2 && self.typeIDs.shape == ids.shape && self.mask.shape == ids.shape,
      "TokenBatch: ids of shape \(ids.shape), types of \(self.typeIDs.shape) and a mask of \(self.mask.shape) have to be "
        + "[batch, length], all three")
  }

  /// How many tokens each text has: the place behind the last one that is not padding.
  public var lengths: [Int] {
    let (count, length, shown) = (mask.shape[0], mask.shape[1], mask.scalars)
    return (0..<count).map { row in ((0..<length).last { shown[row * length + $0] } ?? -1) + 1 }
  }
}
