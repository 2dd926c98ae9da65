import GraftTensor

/// What a causal transformer remembers of the tokens it has seen: their keys and values in each layer, so that the next token costs one
/// step instead of all of them again.
struct KeyValueCache {
  /// For each layer of the model.
  var layers: [Layer]

  /// Nothing yet, for a model of so many layers.
  init(layers count: Int) {
    layers = Array(repeating: Layer(), count: count)
  }

  /// How many tokens are remembered.
  var length: Int { layers.first?.length ?? 0 }

  /// Keys and values of one layer, `[n, capacity, width]` of which the first `length` are filled.
  struct Layer {
    private(set) var length = 0
    private var keys = Tensor<Float>.zeros([0])
    private var values = Tensor<Float>.zeros([0])

    /// Keys and values of all tokens, `[n, length, width]`, after those of new ones, `[n, new, width]`, have joined.
    mutating func appending(
      _ newKeys: Tensor<Float>, _ newValues: Tensor<Float>
    ) -> (keys: Tensor<Float>, values: Tensor<Float>) {
      let end = length + newKeys.shape[1]
      if length == 0 || end > keys.shape[1] {
        // Twice the room each time, so that copying costs a constant for each token.
        keys = Layer.moved(keys, length: length, toFit: newKeys, capacity: 2 * end)
        values = Layer.moved(values, length: length, toFit: newValues, capacity: 2 * end)
      }
      keys[.all, length..<end] = newKeys
      values[.all, length..<end] = newValues
      length = end
      return (keys[.all, 0..<end], values[.all, 0..<end])
    }

    private static func moved(
      _ old: Tensor<Float>, length: Int, toFit new: Tensor<Float>, capacity: Int
    ) -> Tensor<Float> {
      var result = Tensor<Float>.zeros([new.shape[0], capacity, new.shape[2]])
      if length > 0 { result[.all, 0..<length] = old[.all, 0..<length] }
      return result
    }
  }
}
