import GraftAutograd
import GraftData
import GraftNN
import GraftOptim
import GraftTensor
import Testing

@testable import GraftModels

@Suite struct LSTMTests {
  private let small = LSTMConfiguration(
    vocabularySize: 20, embeddingWidth: 6, hiddenWidth: 8, layers: 2, paddingToken: 0
  ).withoutDropout()

  private let padded = TokenBatch(
    ids: Tensor(shape: [2, 5], scalars: [3, 7, 1, 9, 2, 4, 4, 8, 0, 0]),
    mask: Tensor(shape: [2, 5], scalars: [true, true, true, true, true, true, true, true, false, false]))

  /// The formula with each text by itself: the last state, the maximum and the mean of its own states.
  @Test func classifierPoolsWhatIsNotPadding() {
    let model = LSTMClassifier(small, classes: 3, seed: 2)
    let pooled = model.features(padded).value
    for (row, length) in [5, 3].enumerated() {
      let states = model.encoder(padded.ids[row..<(row + 1), 0..<length]).states.value[0]
      let wanted = Tensor.concatenated([
        states[length - 1], states.max(along: [0]), states.mean(along: [0]),
      ])
      // Sums of 5 numbers below 1 in another order.
      #expect(largestDifference(pooled[row], wanted) < 1e-6)
    }
    #expect(model(padded).shape == [2, 3])
  }

  @Test func aLanguageModelsEncoderFitsAClassifier() throws {
    let writer = LSTMLanguageModel(small, seed: 1)
    let classifier = LSTMClassifier(small, classes: 2, seed: 2)
    let report = try classifier.load(
      writer.checkpoint(), mapping: .dropping("decoder"), allowing: .newHead)
    #expect(report.missing.isEmpty)
    #expect(report.matched.allSatisfy { $0.hasPrefix("encoder.") })
    #expect(
      classifier.encoder(padded.ids).states.value == writer.encoder(padded.ids).states.value)
  }

  /// Names as fastai saves them.
  @Test func fastaiNamesLoad() throws {
    let model = LSTMLanguageModel(small, seed: 1)
    var renamed: [String: AnyTensor] = [:]
    for (path, value) in model.state.map({ ($0.path, $0.anyValue) }) {
      var name = path
      if name.hasPrefix("encoder.") {
        name = "0." + name.dropFirst("encoder.".count)
      } else {
        name = "1." + name
      }
      name = name.replacing("weight_ih_l0", with: "module.weight_ih_l0").replacing(
        "bias_", with: "module.bias_")
      if name.hasSuffix("weight_hh_l0") {
        renamed[name.replacing("weight_hh_l0", with: "module.weight_hh_l0")] = value
        name += "_raw"
      }
      renamed[name] = value
    }
    renamed["0.encoder_dp.emb.weight"] = renamed["0.encoder.weight"]
    renamed["1.decoder.weight"] = renamed["0.encoder.weight"]
    let fresh = LSTMLanguageModel(small, seed: 9)
    #expect(try fresh.load(Checkpoint(renamed), mapping: .awdLSTM).isExact)
    #expect(fresh.fingerprint() == model.fingerprint())
  }

  /// A cycle of tokens is learned by heart; then the model writes it.
  @Test func learnsAndWritesACycle() {
    let configuration = LSTMConfiguration(
      vocabularySize: 20, embeddingWidth: 16, hiddenWidth: 16, layers: 1
    ).withoutDropout()
    let model = LSTMLanguageModel(configuration, seed: 4)
    let cycle: [Int32] = [5, 2, 9, 13, 7, 1]
    let batch = TokenBatch(ids: Tensor(shape: [1, 30], scalars: (0..<30).map { cycle[$0 % 6] }))
    var optimizer = Adam(learningRate: 0.03)
    var losses: [Float] = []
    for _ in 0..<150 {
      let (loss, gradients) = valueAndGradients { nextTokenLoss(model(batch), batch) }
      optimizer.update(with: gradients)
      losses.append(loss)
    }
    #expect(losses[0] > 2 && losses[149] < 0.1, "\(losses[0]) … \(losses[149])")
    #expect(model.generate(8, after: [5, 2]) == [9, 13, 7, 1, 5, 2, 9, 13])
  }

  @Test func dropoutWorksWhileTrainingOnly() {
    let model = LSTMLanguageModel(
      LSTMConfiguration(vocabularySize: 20, embeddingWidth: 6, hiddenWidth: 8, layers: 2), seed: 4)
    let plain = model(padded).value
    #expect(model(padded).value == plain)
    var generator = RandomGenerator(seed: 1)
    let dropped = withRandomness(&generator) { withMode(.training) { model(padded).value } }
    #expect(dropped != plain)
  }

  @Test func stagesPartTheModel() throws {
    let models: [any TextModel] = [LSTMLanguageModel(small), LSTMClassifier(small, classes: 2)]
    for model in models {
      let paths = try model.stages.flatMap { try $0.selection.resolve(in: model).map(\.path) }
      #expect(paths.sorted() == model.state.map(\.path).sorted(), "\(type(of: model))")
    }
  }

  /// By hand: the mean of -log softmax at the places that have a successor that is no padding.
  @Test func nextTokenLossCountsWhatFollows() {
    var generator = RandomGenerator(seed: 6)
    let scores = Tensor<Float>.normal([2, 5, 20], using: &generator)
    let logarithms = scores.logSoftmax(along: -1)
    var sum: Float = 0
    for (row, length) in [5, 3].enumerated() {
      for place in 0..<(length - 1) {
        sum -= logarithms[row, place, Int(padded.ids[row, place + 1].scalar)].scalar
      }
    }
    #expect(abs(nextTokenLoss(Variable(scores), padded).scalar - sum / 6) < 1e-5)
  }
}
