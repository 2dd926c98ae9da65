import GraftNN
import GraftTensor

/// What a model is at a moment: the bits of its parameters and buffers, and what of them is frozen.
///
/// The bits are kept outside the pool that tensors use. A tensor that shared its memory with the model's would make the next
/// update copy it, and the finder that measures memory would measure that.
struct ModelSnapshot {
  private let restorations: [() -> Void]

  init(of model: some Module) {
    restorations = model.state.map { entry in
      let isTrainable = entry.isTrainable
      let restoreValue: () -> Void
      switch entry.content {
      case .parameter(let parameter):
        let (shape, scalars) = (parameter.shape, parameter.value.scalars)
        restoreValue = { parameter.value = Tensor(shape: shape, scalars: scalars) }
      case .buffer(let buffer): restoreValue = buffer.restorationOutsideThePool
      }
      return {
        restoreValue()
        entry.isTrainable = isTrainable
      }
    }
  }

  /// Gives the parameters and buffers that the model had what they were then.
  func restore() {
    for restoration in restorations { restoration() }
  }
}

extension AnyBuffer {
  fileprivate var restorationOutsideThePool: () -> Void {
    let (shape, scalars) = (value.shape, value.scalars)
    return { self.value = Tensor(shape: shape, scalars: scalars) }
  }
}
