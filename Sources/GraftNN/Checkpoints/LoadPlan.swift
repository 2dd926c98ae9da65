import GraftTensor

/// What a checkpoint has for each entry of a model, found without reading any values.
struct LoadPlan {
  /// An entry, and the tensors of the checkpoint for its path and for other paths that share it.
  private var sources: [(entry: StateEntry, tensors: [Source])] = []
  private var report = LoadReport()

  /// The paths of the entries that may differ because the model's head is a new one.
  private var newHead: Set<String> = []

  /// A tensor of the checkpoint: its name and shape there, and where and how it goes.
  private struct Source {
    let name: String
    let shape: Shape
    let target: KeyMapping.Target

    var path: String { target.path }
  }

  /// Throws `CheckpointError.ambiguous`, and `SelectionError` if the head may be new and the model says of no part that it is
  /// the head.
  init(
    for model: any Module, from checkpoint: Checkpoint, mapping: KeyMapping, allowingNewHead: Bool
  ) throws {
    var tensors: [String: Source] = [:]
    for name in checkpoint.names {
      guard let target = mapping.target(of: name), let stored = checkpoint.entry(name) else { continue }
      if let other = tensors[target.path] {
        throw CheckpointError.ambiguous(path: target.path, names: [other.name, name])
      }
      tensors[target.path] = Source(name: name, shape: stored.shape, target: target)
    }
    for (entry, paths) in model.stateWithSharedPaths {
      sources.append((entry, paths.compactMap { tensors.removeValue(forKey: $0) }))
    }
    if allowingNewHead {
      newHead = try LoadPlan.headPaths(of: model)
      let modules = (model as? any StagedModel)?.headPaths ?? []
      for (path, tensor) in tensors.sorted(by: { $0.key < $1.key })
      where modules.contains(where: { path.hasPrefix($0 + ".") }) {
        report.replaced.append(LoadReport.Replacement(path: path, expected: nil, found: tensor.shape))
        tensors[path] = nil
      }
    }
    report.unexpected = tensors.keys.sorted()
  }

  /// The entries of the head; none if it has nothing to learn, as a sentence encoder's.
  private static func headPaths(of model: any Module) throws -> Set<String> {
    do {
      return Set(try Selection.head.resolve(in: model).map(\.path))
    } catch SelectionError.matchesNothing {
      return []
    }
  }

  /// What to do to take over all that fits, and the report. Reads every tensor concerned.
  func read(from checkpoint: Checkpoint) throws -> (changes: [() -> Void], report: LoadReport) {
    var report = report
    var changes: [() -> Void] = []
    for (entry, tensors) in sources {
      if tensors.isEmpty {
        if newHead.contains(entry.path) {
          report.replaced.append(.init(path: entry.path, expected: entry.shape, found: nil))
        } else if !entry.mayBeMissing {
          report.missing.append(entry.path)
        }
        continue
      }
      let outcome: Outcome
      switch entry.content {
      case .parameter(let parameter):
        outcome = try LoadPlan.read(tensors, from: checkpoint, shape: parameter.shape) {
          parameter.value = $0
        }
      case .buffer(let buffer):
        outcome = try LoadPlan.read(tensors, from: checkpoint, into: buffer)
      }
      switch outcome {
      case .fits(let change):
        report.matched.append(entry.path)
        changes.append(change)
      case .differs(.shape(let expected, let found)) where newHead.contains(entry.path):
        report.replaced.append(.init(path: entry.path, expected: expected, found: found))
      case .differs(let reason):
        report.mismatched.append(LoadReport.Mismatch(path: entry.path, reason: reason))
      }
    }
    return (changes, report)
  }

  private enum Outcome {
    case fits(change: () -> Void)
    case differs(LoadReport.Mismatch.Reason)
  }

  private static func read<B: AnyBuffer>(
    _ tensors: [Source], from checkpoint: Checkpoint, into buffer: B
  ) throws -> Outcome {
    try read(tensors, from: checkpoint, shape: buffer.shape) { buffer.value = $0 }
  }

  /// Reads the tensors for one entry, at least one, which must agree if there are several, and prepares to assign their
  /// value.
  private static func read<Scalar: TensorScalar>(
    _ sources: [Source], from checkpoint: Checkpoint, shape: Shape,
    assign: @escaping (Tensor<Scalar>) -> Void
  ) throws -> Outcome {
    var values: [Tensor<Scalar>] = []
    for source in sources {
      if let found = source.target.misfit(of: source.shape, to: shape) {
        return .differs(.shape(expected: shape, found: found))
      }
      do {
        try values.append(source.target.laidOut(checkpoint.tensor(source.name), for: shape))
      } catch let error as TensorFileError {
        guard case .inconvertible(_, let found, let expected) = error.problem else { throw error }
        return .differs(.elementType(expected: expected, found: found))
      }
    }
    if let other = values.firstIndex(where: { $0 != values[0] }) {
      return .differs(.conflict(between: sources[0].path, and: sources[other].path))
    }
    return .fits { assign(values[0]) }
  }
}

extension KeyMapping.Target {
  /// The shape that a stored tensor has after the mapping, if it is not the wanted one.
  fileprivate func misfit(of stored: Shape, to wanted: Shape) -> Shape? {
    var shape = stored
    if isTransposed && shape.rank >= 2 { shape.swapAt(shape.rank - 2, shape.rank - 1) }
    let fits = isReshaped ? shape.elementCount == wanted.elementCount : shape == wanted
    return fits ? nil : shape
  }

  /// A stored tensor that fits, as the mapping wants it, and in memory that no change of a file can reach.
  fileprivate func laidOut<Scalar>(_ stored: Tensor<Scalar>, for shape: Shape) -> Tensor<Scalar> {
    let tensor = isTransposed && stored.rank >= 2 ? stored.transposed() : stored
    return tensor.reshaped(to: shape).owned()
  }
}

extension StateEntry {
  /// Whether checkpoints commonly lack it without being incomplete.
  fileprivate var mayBeMissing: Bool {
    buffer != nil && (path == "num_batches_tracked" || path.hasSuffix(".num_batches_tracked"))
  }
}
