import Foundation

extension Tensor where Scalar == Float {
  /// ``attention(query:key:value:settings:)`` by the definition, summed in `Double`: what the fast one is tested against.
  package static func attentionReference(
    query: Tensor, key: Tensor, value: Tensor, settings: AttentionSettings
  ) -> (output: Tensor, logSum: Tensor) {
    let plan = AttentionPlan(query, key, value, settings)
    let values = value.scalars
    var output: [Float] = []
    var logSums: [Float] = []
    plan.forEachQuery { head, i, weights, logSum in
      logSums.append(Float(logSum))
      for d in 0..<plan.valueWidth {
        var sum = 0.0
        for j in 0..<plan.keys {
          sum +=
            weights[j] * plan.dropoutFactor(head, i, j)
            * Double(values[plan.place(head, j, d, plan.valueWidth)])
        }
        output.append(Float(sum))
      }
    }
    return (
      Tensor(shape: [plan.batch, plan.heads, plan.queries, plan.valueWidth], scalars: output),
      Tensor(shape: [plan.batch, plan.heads, plan.queries], scalars: logSums)
    )
  }

  /// ``attentionGradients(query:key:value:settings:output:logSum:outputGradient:)`` by the definition.
  package static func attentionGradientsReference(
    query: Tensor, key: Tensor, value: Tensor, settings: AttentionSettings, outputGradient: Tensor
  ) -> (query: Tensor, key: Tensor, value: Tensor) {
    let plan = AttentionPlan(query, key, value, settings)
    let (queries, keys, values, g) = (query.scalars, key.scalars, value.scalars, outputGradient.scalars)
    var ofQueries = [Double](repeating: 0, count: queries.count)
    var ofKeys = [Double](repeating: 0, count: keys.count)
    var ofValues = [Double](repeating: 0, count: values.count)
    plan.forEachQuery { head, i, weights, _ in
      let row = (head * plan.queries + i) * plan.valueWidth
      let ofWeights = (0..<plan.keys).map { j in
        (0..<plan.valueWidth).reduce(0.0) {
          $0 + Double(g[row + $1]) * Double(values[plan.place(head, j, $1, plan.valueWidth)])
        } * plan.dropoutFactor(head, i, j)
      }
      let mean = zip(weights, ofWeights).reduce(0) { $0 + $1.0 * $1.1 }
      for j in 0..<plan.keys {
        let ofScore = weights[j] * (ofWeights[j] - mean) * Double(plan.scale)
        for d in 0..<plan.width {
          let (q, k) = ((head * plan.queries + i) * plan.width + d, plan.place(head, j, d, plan.width))
          ofQueries[q] += ofScore * Double(keys[k])
          ofKeys[k] += ofScore * Double(queries[q])
        }
        for d in 0..<plan.valueWidth {
          ofValues[plan.place(head, j, d, plan.valueWidth)] +=
            weights[j] * plan.dropoutFactor(head, i, j) * Double(g[row + d])
        }
      }
    }
    return (
      Tensor(shape: query.shape, scalars: ofQueries.map { Float($0) }),
      Tensor(shape: key.shape, scalars: ofKeys.map { Float($0) }),
      Tensor(shape: value.shape, scalars: ofValues.map { Float($0) })
    )
  }
}

extension AttentionPlan {
  /// The place of a key's or value's element in row-major order; `head` counts over the batch.
  fileprivate func place(_ head: Int, _ key: Int, _ element: Int, _ width: Int) -> Int {
    (head * keys + key) * width + element
  }

  fileprivate func dropoutFactor(_ head: Int, _ query: Int, _ key: Int) -> Double {
    settings.dropout.map { Double($0.factor(row: head * queries + query, key: key, keys: keys)) } ?? 1
  }

  /// Calls `body` for every query of every head with its softmax, before dropout, and the logarithm of its sum.
  fileprivate func forEachQuery(
    _ body: (_ head: Int, _ query: Int, _ weights: [Double], _ logSum: Double) -> Void
  ) {
    let (q, k, mask) = (query.scalars, key.scalars, settings.mask?.scalars)
    for head in 0..<(batch * heads) {
      for i in 0..<queries {
        let scores: [Double] = (0..<keys).map { j in
          let isSeen = (mask?[head / heads * keys + j] ?? true) && (!settings.isCausal || j <= i)
          guard isSeen else { return -.infinity }
          return (0..<width).reduce(0.0) {
            $0 + Double(q[(head * queries + i) * width + $1]) * Double(k[place(head, j, $1, width)])
          } * Double(scale)
        }
        let greatest = scores.max() ?? -.infinity
        guard greatest > -.infinity else {
          body(head, i, [Double](repeating: 0, count: keys), .infinity)
          continue
        }
        let powers = scores.map { exp($0 - greatest) }
        let sum = powers.reduce(0, +)
        body(head, i, powers.map { $0 / sum }, greatest + log(sum))
      }
    }
  }
}
