import GraftTensor

/// The problems and values that `Fixtures/make_metrics.py` wrote.
struct MetricFixture: Decodable {
  let cases: [Case]
  let latency: Latency

  struct Case: Decodable, CustomStringConvertible {
    let name: String
    let classes: Int
    let labels: [Int32]
    let logits: [Float]
    let probabilities: [Float]
    let logLoss: Double
    let crossEntropy: Double
    let confusion: [[Int]]
    let accuracy: Double
    /// Precision, recall, F1; so are the averages.
    let perClass: [[Double]]
    let macro: [Double]
    let micro: [Double]
    let weighted: [Double]
    let topK: [Double]?

    var description: String { name }
    var labelTensor: Tensor<Int32> { Tensor(labels) }
    var logitTensor: Tensor<Float> { Tensor(shape: [labels.count, classes], scalars: logits) }
    var probabilityTensor: Tensor<Float> {
      Tensor(shape: [labels.count, classes], scalars: probabilities)
    }
  }

  struct Latency: Decodable {
    let durations: [Double]
    let percents: [Double]
    let percentiles: [Double]
    let mean: Double
  }

  static let shared: MetricFixture = fixture("metrics.json")
}
