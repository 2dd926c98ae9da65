/// All workloads, in the order in which they run.
enum Catalogue {
  static let all: [any Workload] =
    [
      MatrixProduct(256), MatrixProduct(512), MatrixProduct(1024), MatrixProduct(2048),
      MatrixProduct(rows: 2048, columns: 768, depth: 3072),
      ImageNetwork(.resNet18, .inference, batch: 16), ImageNetwork(.resNet18, .head, batch: 16),
      ImageNetwork(.resNet18, .full, batch: 16), LoadedTraining(batch: 16),
      ImageNetwork(.resNet50, .inference, batch: 8), ImageNetwork(.resNet50, .full, batch: 8),
      TextNetwork(.miniLM, .inference, batch: 16), TextNetwork(.miniLM, .full, batch: 16),
      TextNetwork(.bertBase, .full, batch: 8), TextNetwork(.gpt2, .full, batch: 4),
      Perceptron(), DigitNetwork(), SmallImageNetwork(), RecurrentNetwork(), LinearHead(),
      SafetensorsLoading(), ImagePipeline(),
      OperationOverhead(),
    ] + SingleConvolution.all

  /// Those whose name matches a regular expression; without one, the default set.
  static func workloads(matching filter: String?) throws -> [any Workload] {
    guard let filter else { return all.filter(\.isInDefaultSet) }
    guard let pattern = try? Regex(filter) else {
      throw Options.Mistake(description: "--filter \(filter) is not a regular expression")
    }
    let chosen = all.filter { $0.name.contains(pattern) }
    guard !chosen.isEmpty else {
      throw Options.Mistake(description: "no workload matches \(filter); --list names them")
    }
    return chosen
  }
}
