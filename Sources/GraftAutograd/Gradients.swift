import GraftTensor

/// Something a loss can be differentiated by; `GraftNN`'s `Parameter` is one.
public protocol GradientLeaf: AnyObject {
  /// The current value.
  var value: Tensor<Float> { get }
}

/// The gradients of a loss: one tensor for each trainable parameter that the loss was computed from.
///
/// A parameter that is frozen, or that the loss does not depend on, has no entry; that is how an optimizer knows
/// what to leave alone. Entries stand in the order in which the parameters were first used.
public struct Gradients {
  private var entries: [(leaf: any GradientLeaf, gradient: Tensor<Float>)] = []
  private var positions: [ObjectIdentifier: Int] = [:]

  /// No gradients.
  public init() {}

  /// The parameters that have an entry, in the order of their first use.
  public var leaves: [any GradientLeaf] { entries.map(\.leaf) }

  /// The number of entries.
  public var count: Int { entries.count }

  /// Whether no trainable parameter was reached.
  public var isEmpty: Bool { entries.isEmpty }

  /// The gradient for a parameter; `nil` if it is frozen or was not reached.
  public subscript(leaf: any GradientLeaf) -> Tensor<Float>? {
    positions[ObjectIdentifier(leaf)].map { entries[$0].gradient }
  }

  /// Sets the gradient for a parameter. Traps unless its shape is the parameter's.
  public mutating func set(_ gradient: Tensor<Float>, for leaf: any GradientLeaf) {
    require(
      gradient.shape == leaf.value.shape,
      "Gradients.set: gradient of shape \(gradient.shape) for a parameter of shape \(leaf.value.shape)")
    if let position = positions[ObjectIdentifier(leaf)] {
      entries[position].gradient = gradient
    } else {
      positions[ObjectIdentifier(leaf)] = entries.count
      entries.append((leaf, gradient))
    }
  }

  /// Calls `body` with each parameter and its gradient.
  public func forEach(_ body: (any GradientLeaf, Tensor<Float>) throws -> Void) rethrows {
    for entry in entries { try body(entry.leaf, entry.gradient) }
  }

  /// Replaces each gradient by what `transform` makes of it.
  package mutating func update(_ transform: (inout Tensor<Float>) -> Void) {
    for position in entries.indices { transform(&entries[position].gradient) }
  }
}

// MARK: - Arithmetic

extension Gradients {
  /// Adds entry by entry; a parameter that only one side has keeps that side's gradient.
  public static func += (left: inout Gradients, right: Gradients) {
    for (leaf, gradient) in right.entries {
      if let position = left.positions[ObjectIdentifier(leaf)] {
        left.entries[position].gradient += gradient
      } else {
        left.set(gradient, for: leaf)
      }
    }
  }

  /// The sum entry by entry, as for accumulating over several small batches.
  public static func + (left: Gradients, right: Gradients) -> Gradients {
    var sum = left
    sum += right
    return sum
  }

  /// Multiplies every gradient by `factor`.
  public mutating func scale(by factor: Float) {
    update { $0 *= factor }
  }

  /// Every gradient multiplied by `factor`.
  public func scaled(by factor: Float) -> Gradients {
    var result = self
    result.scale(by: factor)
    return result
  }
}

// MARK: - Clipping

extension Gradients {
  /// The Euclidean norm of all gradients taken as one vector.
  public var globalNorm: Float {
    let squares = entries.map { entry in
      let norm = Double(entry.gradient.norm())
      return norm * norm
    }
    return Float(squares.reduce(0, +).squareRoot())
  }

  /// Scales all gradients so that their global norm is at most `limit`, and returns the norm before.
  ///
  /// The factor is limit / (norm + 1e-6) where that is below 1, as in PyTorch's `clip_grad_norm_`.
  /// A norm that is not finite makes every gradient NaN or zero; check with ``nonFiniteLeaves`` first.
  /// Traps unless `limit` is positive.
  @discardableResult
  public mutating func clip(toNorm limit: Float) -> Float {
    require(limit > 0, "Gradients.clip(toNorm:): the limit \(limit) is not positive")
    let norm = globalNorm
    let factor = limit / (norm + 1e-6)
    if !(factor >= 1) { scale(by: factor) }
    return norm
  }

  /// These gradients, scaled down if their global norm exceeds `limit`. See ``clip(toNorm:)``.
  public func clipped(toNorm limit: Float) -> Gradients {
    var result = self
    result.clip(toNorm: limit)
    return result
  }

  /// Limits each element to `-limit ... limit`. Traps unless `limit` is positive.
  public mutating func clip(toValue limit: Float) {
    require(limit > 0, "Gradients.clip(toValue:): the limit \(limit) is not positive")
    update { $0 = $0.clamped(to: -limit...limit) }
  }

  /// These gradients with each element limited to `-limit ... limit`.
  public func clipped(toValue limit: Float) -> Gradients {
    var result = self
    result.clip(toValue: limit)
    return result
  }

  /// The parameters whose gradient has a NaN or an infinity in it.
  public var nonFiniteLeaves: [any GradientLeaf] {
    entries.filter { $0.gradient.hasNonFinite }.map(\.leaf)
  }
}
