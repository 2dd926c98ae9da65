import GraftMetrics
import GraftNN
import GraftOptim
import GraftTensor

/// What a run is about to change, and what looks like a mistake in it.
///
/// ```swift
/// print(TransferPlan(for: model, optimizer: optimizer, samples: training.count))
/// ```
/// ```
/// stage   parameters  trainable  statistics    rate
/// stem         9 536          0      frozen       –
/// layer4   8 393 728  8 393 728    adapting  3.8e-4
/// head        18 981     18 981           –   0.001
/// warning: …
/// ```
public struct TransferPlan: Sendable, Hashable {
  /// One stage of the model.
  public struct Row: Sendable, Hashable {
    /// What the stage is called.
    public let stage: String
    /// The number of values in its parameters.
    public let parameters: Int
    /// The number of those that learn.
    public let trainable: Int
    /// What its running statistics do.
    public let statistics: Statistics
    /// The lowest and the highest learning rate of those that learn; `nil` if none does.
    public let rates: ClosedRange<Float>?
  }

  /// What the running statistics of a stage do.
  public enum Statistics: String, Sendable, Hashable {
    /// There are none.
    case none = "–"
    /// All stay what they are.
    case frozen
    /// All follow the batches.
    case adapting
    /// Some do.
    case mixed
  }

  /// Something that is rarely meant.
  public enum Warning: Sendable, Hashable {
    /// No parameter can learn.
    case nothingTrainable
    /// Only pretrained stages learn; a fresh head would stay random.
    case headFrozen
    /// Pretrained stages that learn as fast as the head, or faster.
    case headAtBackboneRate(stages: [String])
    /// Running statistics that follow very few samples.
    case statisticsAdapting(stages: [String], samples: Int)
    /// Normalisation layers whose weights are frozen while their statistics follow the batches.
    case driftingNormalization(stages: [String])
  }

  /// The stages from input to head.
  public let rows: [Row]

  /// What looks like a mistake.
  public let warnings: [Warning]

  /// Below this number of samples, running statistics that adapt are worth a warning.
  public static let fewSamples = 1000

  /// The plan that `model` and `optimizer` amount to as they are now.
  ///
  /// - Parameters:
  ///   - samples: the size of the training set, for the warning about running statistics; `nil` if unknown.
  public init(for model: some StagedModel, optimizer: some Optimizer, samples: Int? = nil) {
    let stages = model.stages.map { stage in
      (name: stage.name, entries: stage.selection.entries(in: model, operation: "TransferPlan"))
    }
    rows = stages.map { Row(stage: $0.name, entries: $0.entries, optimizer: optimizer) }
    var warnings: [Warning] = []
    let head = rows.last
    let backbone = rows.dropLast()
    if rows.allSatisfy({ $0.trainable == 0 }) {
      warnings.append(.nothingTrainable)
    } else if head?.trainable == 0 {
      warnings.append(.headFrozen)
    }
    if let headRate = head?.rates?.lowerBound {
      let fast = backbone.filter { ($0.rates?.upperBound ?? 0) >= headRate && headRate > 0 }
      if !fast.isEmpty { warnings.append(.headAtBackboneRate(stages: fast.map(\.stage))) }
    }
    let adapting = backbone.filter { $0.statistics == .adapting || $0.statistics == .mixed }
    if let samples, samples < TransferPlan.fewSamples, !adapting.isEmpty {
      warnings.append(.statisticsAdapting(stages: adapting.map(\.stage), samples: samples))
    }
    let drifting = stages.filter { $0.entries.hasDriftingNormalization }
    if !drifting.isEmpty { warnings.append(.driftingNormalization(stages: drifting.map(\.name))) }
    self.warnings = warnings
  }
}

extension TransferPlan.Row {
  fileprivate init(stage: String, entries: [StateEntry], optimizer: some Optimizer) {
    self.stage = stage
    let parameters = entries.compactMap(\.parameter)
    let trained = parameters.filter(\.isTrainable)
    self.parameters = parameters.reduce(0) { $0 + $1.value.count }
    trainable = trained.reduce(0) { $0 + $1.value.count }
    let adapting = entries.compactMap(\.buffer).map(\.isTrainable)
    switch (adapting.contains(true), adapting.contains(false)) {
    case (false, false): statistics = .none
    case (true, false): statistics = .adapting
    case (false, true): statistics = .frozen
    case (true, true): statistics = .mixed
    }
    let rates = trained.map { optimizer.rate(for: $0) }
    if let lowest = rates.min(), let highest = rates.max() {
      self.rates = lowest...highest
    } else {
      self.rates = nil
    }
  }
}

extension [StateEntry] {
  /// Whether a normalisation layer has only frozen parameters, but statistics that adapt.
  fileprivate var hasDriftingNormalization: Bool {
    let layers = Dictionary(
      grouping: filter { $0.owner is any NormalizationLayer }, by: { ObjectIdentifier($0.owner) })
    return layers.values.contains { layer in
      let parameters = layer.filter { $0.parameter != nil }
      let adapts = layer.contains { $0.buffer != nil && $0.isTrainable }
      return adapts && !parameters.isEmpty && parameters.allSatisfy { !$0.isTrainable }
    }
  }
}

extension TransferPlan.Warning: CustomStringConvertible {
  /// What looks wrong, and what to do about it.
  public var description: String {
    switch self {
    case .nothingTrainable:
      return "nothing is trainable: unfreeze the head at least"
    case .headFrozen:
      return "the head is frozen while pretrained stages learn: unfreeze .head"
    case .headAtBackboneRate(let stages):
      return "pretrained stages learn as fast as the head: \(stages.joined(separator: ", ")). "
        + "Lower their rate, with LayerwiseDecay for example"
    case .statisticsAdapting(let stages, let samples):
      return "running statistics adapt to \(samples) samples only: \(stages.joined(separator: ", ")). "
        + "Freeze .normalization && .backbone, or check that it helps"
    case .driftingNormalization(let stages):
      return "normalisation layers with frozen weights, but statistics that adapt: "
        + "\(stages.joined(separator: ", ")). Freeze .statistics too"
    }
  }
}

extension TransferPlan: CustomStringConvertible {
  /// The table, and a line for each warning.
  public var description: String {
    var table = TextTable(header: ["stage", "parameters", "trainable", "statistics", "rate"])
    for row in rows {
      table.add([
        row.stage, grouped(row.parameters), grouped(row.trainable), row.statistics.rawValue, text(row.rates),
      ])
    }
    let total = rows.reduce(0) { $0 + $1.parameters }
    let trainable = rows.reduce(0) { $0 + $1.trainable }
    table.add(["total", grouped(total), grouped(trainable), "", ""])
    return ([table.description] + warnings.map { "warning: \($0)" }).joined(separator: "\n")
  }

  private func text(_ rates: ClosedRange<Float>?) -> String {
    guard let rates else { return "–" }
    if rates.lowerBound == rates.upperBound { return "\(rates.lowerBound)" }
    return "\(rates.lowerBound)…\(rates.upperBound)"
  }
}

/// `8 393 728`: digits in groups of three.
private func grouped(_ number: Int) -> String {
  var result = ""
  for (index, digit) in String(number).reversed().enumerated() {
    if index > 0 && index % 3 == 0 { result.append(" ") }
    result.append(digit)
  }
  return String(result.reversed())
}
