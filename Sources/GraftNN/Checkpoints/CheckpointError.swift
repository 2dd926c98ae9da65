import GraftTensor

/// Why a checkpoint can't be loaded into a model. The model is as it was.
public enum CheckpointError: GraftError, Hashable {
  /// Checkpoint and model differ in more than was allowed. The report lists every difference.
  case incompatible(checkpoint: String, model: String, report: LoadReport)

  /// The mapping sends several tensors of the checkpoint to the same path.
  case ambiguous(path: String, names: [String])

  /// The index of a checkpoint in several files is not what it should be.
  case malformedIndex(file: String, problem: String)

  /// What does not fit, with every path, and what to do about it.
  public var description: String {
    switch self {
    case .incompatible(let checkpoint, let model, let report):
      return """
        \(checkpoint) does not fit \(model), which is unchanged. \(report)
        \(advice(for: report))
        """
    case .ambiguous(let path, let names):
      return "The mapping sends \(names.joined(separator: " and ")) to the same path, \(path)."
    case .malformedIndex(let file, let problem):
      return "\(file) is no usable index of a checkpoint: \(problem). Fetch or save it again."
    }
  }

  /// What to do: accept the difference only where half of the model or more is found, else it would stay random.
  private func advice(for report: LoadReport) -> String {
    guard report.matched.count >= report.missing.count + report.mismatched.count else {
      return "Most of the model is not in the checkpoint: it looks like another architecture's. "
        + "If it is this one's under other names, pass a mapping."
    }
    return
      "If names differ systematically, pass a mapping. If the model's head is a new one, say so: allowing: .newHead. "
      + "Accept another difference that is intended: allowing: [\(suggestion(for: report))]"
  }

  /// Tolerances that would accept the report.
  private func suggestion(for report: LoadReport) -> String {
    let parts = [
      suggestion("missing", report.missing), suggestion("unexpected", report.unexpected),
      suggestion("mismatched", report.mismatched.map(\.path)),
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }

  private func suggestion(_ kind: String, _ paths: [String]) -> String? {
    guard let first = paths.first else { return nil }
    let module = first.split(separator: ".").first.map(String.init) ?? first
    let isCommon = paths.allSatisfy { $0 == module || $0.hasPrefix(module + ".") }
    return isCommon ? ".\(kind)(\"\(module)\")" : ".\(kind)"
  }
}
