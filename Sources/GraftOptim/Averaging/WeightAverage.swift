import GraftNN
import GraftTensor

/// The average of a model's weights over the course of training, which often generalises better than the last ones.
///
/// ```swift
/// var average = WeightAverage(of: model, .exponential(decay: 0.999))
/// for batch in batches {
///   …
///   optimizer.update(with: gradients)
///   average.update()
/// }
/// let report = average.applied { evaluate(model, on: validation) }   // the model's own weights are back afterwards
/// ```
///
/// With the average a, the weight w, and n updates before this one, an update is
///
///     exponential:  a ← a + (1 - decay)·(w - a)
///     equal:        a ← a + (w - a)/(n + 1)
///
/// and a ← w if it is the first. Running statistics are averaged too; counters, and whatever else is not `Float`, are
/// taken over as they are. What has not changed since the first update, a frozen part, equals its average.
/// Polyak, Juditsky: *Acceleration of Stochastic Approximation by Averaging*, 1992; equal: Izmailov et al., *Averaging
/// Weights Leads to Wider Optima and Better Generalization*, 2018. Values are those of `torch.optim.swa_utils`.
public struct WeightAverage {
  /// How an update weighs the new weights against the average so far.
  public enum Weighting: Sendable, Hashable {
    /// Older weights count less and less; `decay`, near 1, is what is kept of the average at each update.
    case exponential(decay: Double)
    /// All updates count the same (stochastic weight averaging).
    case equal
  }

  /// How an update weighs the new weights against the average so far.
  public let weighting: Weighting

  /// How many updates there have been.
  public internal(set) var updates = 0

  var entries: [Entry]

  struct Entry {
    let member: StateEntry
    var average: AnyTensor
  }

  /// An average that begins with the model's weights as they are at the first update.
  ///
  /// It follows the parameters and buffers that the model has now; make a new one after replacing a head. Traps unless
  /// the decay is at least 0 and below 1.
  public init(of model: any Module, _ weighting: Weighting = .exponential(decay: 0.999)) {
    if case .exponential(let decay) = weighting { requireDecay(decay, "decay", in: "WeightAverage") }
    self.weighting = weighting
    entries = model.state.map { Entry(member: $0, average: $0.anyValue) }
  }

  /// Takes the model's present weights into the average: call it after each update of the optimizer.
  public mutating func update() {
    let share: Double
    switch weighting {
    case _ where updates == 0: share = 1
    case .exponential(let decay): share = 1 - decay
    case .equal: share = 1 / Double(updates + 1)
    }
    for position in entries.indices { entries[position].move(by: Float(share)) }
    updates += 1
  }

  /// Runs `body` while the model has the averaged weights; afterwards, also if it throws, it has its own again.
  ///
  /// What `body` changes in the weights is lost. Traps before the first ``update()``, and if the shape of a parameter
  /// has changed since.
  public func applied<Result>(_ body: () throws -> Result) rethrows -> Result {
    let own = entries.map(\.member.anyValue)
    apply()
    defer {
      for (entry, value) in zip(entries, own) { entry.member.assign(value) }
    }
    return try body()
  }

  /// Gives the model the averaged weights for good, at the end of training.
  ///
  /// Traps before the first ``update()``, and if the shape of a parameter has changed since.
  public func apply() {
    require(updates > 0, "WeightAverage.apply: there has been no update yet, so there is no average")
    for entry in entries { entry.member.assign(entry.average) }
  }
}

extension WeightAverage.Entry {
  /// Moves the average by a share of the way to the present value; all the way if it is not made of `Float`.
  fileprivate mutating func move(by share: Float) {
    let value = member.anyValue
    guard share < 1, let target = value.as(Float.self), let present = average.as(Float.self) else {
      average = value
      return
    }
    var moved = target - present
    moved *= share
    moved += present
    average = AnyTensor(moved)
  }
}

extension StateEntry {
  /// Replaces the value. Traps if shape or element type differ.
  fileprivate func assign(_ value: AnyTensor) {
    switch content {
    case .parameter(let parameter): parameter.value = required(value, of: Float.self)
    case .buffer(let buffer): assign(value, to: buffer)
    }
  }

  private func assign<Content: AnyBuffer>(_ value: AnyTensor, to buffer: Content) {
    buffer.value = required(value, of: Content.Scalar.self)
  }

  private func required<Scalar: TensorScalar>(_ value: AnyTensor, of type: Scalar.Type) -> Tensor<Scalar> {
    guard let tensor = value.as(type), tensor.shape == shape else {
      fatalError("WeightAverage: \(path) has become \(shape), its average is \(value.shape)")
    }
    return tensor
  }
}
