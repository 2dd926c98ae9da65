import Graft
import Testing

@Suite struct ThreadCountTests {
  /// A network whose activations are large enough that convolutions, normalisations and sums are all divided among threads.
  @Test func trainingAResNetGivesTheSameBits() {
    /// Everything there is after two steps: losses, parameters, statistics, and what the optimizer remembers.
    func train(threads: Int, seed: UInt64) -> [String: Fingerprint] {
      ComputeThreads.withCount(threads) {
        let model = CIFARResNet(.resNet20, classes: 10, seed: seed)
        var optimizer = AdamW(learningRate: 1e-3, weightDecay: 0.01)
        var generator = RandomGenerator(seed: seed)
        var results: [String: AnyTensor] = [:]
        for step in 0..<2 {
          let images = Tensor<Float>.normal([8, 3, 32, 32], using: &generator)
          let labels = Tensor((0..<8).map { Int32($0) })
          let (loss, gradients) = valueAndGradients {
            softmaxCrossEntropy(model(images), labels)
          }
          optimizer.update(with: gradients.clipped(toNorm: 1))
          results["loss \(step)"] = AnyTensor(Tensor(loss))
        }
        for entry in model.state { results[entry.path] = entry.anyValue }
        for (name, tensor) in optimizer.state(of: model) { results["optimizer: \(name)"] = tensor }
        return results.mapValues { tensor in
          var fingerprint = Fingerprint()
          fingerprint.combine(tensor)
          return fingerprint
        }
      }
    }
    let once = train(threads: 1, seed: 1)
    let twice = train(threads: 2, seed: 1)
    #expect(once.count > 200)
    for (name, fingerprint) in once { #expect(twice[name] == fingerprint, "\(name)") }
    #expect(train(threads: 2, seed: 2)["conv1.weight"] != once["conv1.weight"])
  }
}
