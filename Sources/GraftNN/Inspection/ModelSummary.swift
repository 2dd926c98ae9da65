import GraftAutograd
import GraftTensor

/// A table of a model's modules: what they are called, what they compute, how much they hold.
public struct ModelSummary: Sendable, Hashable {
  /// One line for each module, parents before children.
  public let rows: [Row]

  /// One module.
  public struct Row: Sendable, Hashable {
    /// Its path; empty for the model itself.
    public let path: String
    /// Its type.
    public let type: String
    /// The shape of its output when it last ran; `nil` if it did not run as a layer.
    public let outputShape: Shape?
    /// The number of values in its own parameters, without its children's.
    public let parameterCount: Int
    /// How many of them are trainable.
    public let trainableCount: Int
  }

  /// The number of values in all parameters, each counted once.
  public let parameterCount: Int

  /// How many of them are trainable.
  public let trainableCount: Int
}

extension Layer {
  /// Runs the model on zeros of shape `input` and describes its modules. See ``summary(input:)-(Tensor<Float>)``.
  public func summary(input: Shape) -> ModelSummary {
    summary(input: Tensor<Float>.zeros(input))
  }

  /// Runs the model on an input, inferring and without recording, and describes its modules with their outputs' shapes.
  public func summary(input: Tensor<Float>) -> ModelSummary {
    let outputs = OutputShapes()
    let observer = LayerObserver { layer, output in outputs.set(output.shape, of: layer) }
    withoutRecording {
      LayerObserver.$current.withValue(observer) { _ = self(input) }
    }
    return makeSummary(outputs)
  }
}

extension Module {
  /// Describes the model's modules without running it.
  public func summary() -> ModelSummary { makeSummary(OutputShapes()) }

  fileprivate func makeSummary(_ outputs: OutputShapes) -> ModelSummary {
    var own: [ObjectIdentifier: [Parameter]] = [:]
    for entry in state {
      guard let parameter = entry.parameter else { continue }
      own[ObjectIdentifier(entry.owner), default: []].append(parameter)
    }
    let rows = modules.filter { !($0.module is ModuleList) }.map { path, module in
      let parameters = own[ObjectIdentifier(module)] ?? []
      return ModelSummary.Row(
        path: path, type: "\(type(of: module))", outputShape: outputs.shape(of: module),
        parameterCount: parameters.reduce(0) { $0 + $1.value.count },
        trainableCount: parameters.reduce(0) { $0 + ($1.isTrainable ? $1.value.count : 0) })
    }
    return ModelSummary(
      rows: rows, parameterCount: parameterCount, trainableCount: trainableParameterCount)
  }
}

/// The shapes that layers produced while a summary's forward pass ran, on the thread that ran it.
private final class OutputShapes: @unchecked Sendable {
  private var shapes: [ObjectIdentifier: Shape] = [:]

  func set(_ shape: Shape, of module: any Module) { shapes[ObjectIdentifier(module)] = shape }

  func shape(of module: any Module) -> Shape? { shapes[ObjectIdentifier(module)] }
}

extension ModelSummary: CustomStringConvertible {
  /// The table, with a line of totals.
  public var description: String {
    let header = ["path", "type", "output", "parameters", "state"]
    let body = rows.map { row in
      [
        row.path.isEmpty ? "(model)" : row.path, row.type, row.outputShape?.description ?? "–",
        row.parameterCount == 0 ? "–" : grouped(row.parameterCount), row.trainability,
      ]
    }
    let widths = header.indices.map { column in
      ([header] + body).map { $0[column].count }.max() ?? 0
    }
    let rule = String(repeating: "─", count: widths.reduce(2 * (widths.count - 1), +))
    let frozen = parameterCount - trainableCount
    return
      ([line(header, widths), rule] + body.map { line($0, widths) } + [
        rule,
        "\(grouped(parameterCount)) parameters: \(grouped(trainableCount)) trainable, \(grouped(frozen)) frozen",
      ]).joined(separator: "\n")
  }

  /// One line: numbers to the right, all else to the left.
  private func line(_ cells: [String], _ widths: [Int]) -> String {
    let padded = zip(cells, widths).enumerated().map { column, cell in
      let space = String(repeating: " ", count: cell.1 - cell.0.count)
      return column == 3 ? space + cell.0 : cell.0 + space
    }
    var text = padded.joined(separator: "  ")
    while text.last == " " { text.removeLast() }
    return text
  }
}

extension ModelSummary.Row {
  /// What the table says about the row's own parameters.
  fileprivate var trainability: String {
    if parameterCount == 0 { return "" }
    return trainableCount == 0 ? "frozen" : trainableCount == parameterCount ? "trainable" : "partly frozen"
  }
}

/// 11689512 as "11,689,512".
private func grouped(_ number: Int) -> String {
  var result = ""
  for (position, digit) in String(number).reversed().enumerated() {
    if position > 0 && position % 3 == 0 { result.append(",") }
    result.append(digit)
  }
  return String(result.reversed())
}
