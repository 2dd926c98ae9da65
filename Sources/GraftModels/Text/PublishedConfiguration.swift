import GraftNN

/// The sizes of a transformer of text as a file states them, which may be anything.
protocol PublishedConfiguration: Decodable {
  /// The length of the vector that stands for a token.
  var width: Int { get }

  /// What the classes of the head are called.
  var labels: [String] { get }

  /// The number of parameters that every model of these sizes has, whatever its head. Floating point, so that no size is too large for it.
  var backboneParameterCount: Double { get }
}

extension PublishedConfiguration {
  /// What is wrong if the sizes ask for a model of more than four times what a checkpoint has; `nil` if nothing is.
  ///
  /// A model that large could not be filled from it, and a file of a few bytes could ask for any amount of memory. Up to there the report of what
  /// is missing says more.
  func disproportion(to checkpoint: Checkpoint) -> String? {
    let stored = checkpoint.names.reduce(0.0) { $0 + Double(checkpoint.entry($1)?.shape.elementCount ?? 0) }
    if backboneParameterCount > 4 * stored {
      return "its sizes make a model of \(backboneParameterCount) parameters, but the weights are \(stored)"
    }
    if Double(labels.count) * Double(width) > 4 * stored {
      return "it names \(labels.count) classes, too many for weights of \(stored) values"
    }
    return nil
  }

  /// What is wrong if the sizes are beyond any model, and perhaps beyond the range of `Int`; `nil` if nothing is.
  var excess: String? {
    guard backboneParameterCount > 1e12 else { return nil }
    return
      "the sizes make a model of \(backboneParameterCount) parameters; more than 10¹² is taken for an error"
  }
}

/// The number of parameters in a transformer layer with biases everywhere and two norms: four projections and a feed-forward block.
func transformerLayerParameterCount(width: Int, innerWidth: Int) -> Double {
  let (width, inner) = (Double(width), Double(innerWidth))
  return 4 * (width * width + width) + 2 * width * inner + inner + width + 4 * width
}
