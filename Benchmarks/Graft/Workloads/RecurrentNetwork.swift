import Graft

/// A step of an LSTM that judges texts of 64 tokens: an embedding of 10,000 words, 128 wide, an LSTM of 256, 2 classes from its last state;
/// batch 32, Adam.
struct RecurrentNetwork: Workload {
  let name = "lstm_full_b32_s64"
  private let batch = 32
  private let length = 64
  private let words = 10_000
  private let width = 128
  private let hidden = 256
  private let classes = 2

  func prepare() -> Prepared {
    var generator = RandomGenerator(seed: 1)
    let embedding = Embedding(words, width, using: &generator)
    let lstm = LSTM(width, hidden, using: &generator)
    let head = Linear(hidden, classes, using: &generator)
    let ids = (0..<batch * length).map { _ in Int32.random(in: 0..<Int32(words), using: &generator) }
    let texts = Tensor<Int32>(shape: [batch, length], scalars: ids)
    let labels = cyclingLabels(batch, classes: classes)
    var optimizer = Adam(learningRate: 0.001)
    return Prepared {
      let (_, gradients) = valueAndGradients {
        let last = lstm(embedding(texts)).last.hidden.squeezed(at: 0)
        return softmaxCrossEntropy(head(last), labels)
      }
      optimizer.update(with: gradients)
    }
  }

  var arithmetic: Double? {
    var count = Arithmetic()
    count.linear(batch * length, width, 4 * hidden)
    count.linear(batch * length, hidden, 4 * hidden)
    count.linear(batch, hidden, classes)
    // The embeddings learn: the first map has a gradient for its input too.
    return 3 * count.forward
  }
}
