import Foundation
import GraftMetrics
import GraftTensor
import Testing

@Suite struct PerplexityTests {
  @Test func isTheExponentialOfTheCrossEntropy() throws {
    for example in MetricFixture.shared.cases {
      var perplexity = Perplexity()
      perplexity.add(logits: example.logitTensor, labels: example.labelTensor)
      #expect(agree(try #require(perplexity.value), exp(example.crossEntropy)))
    }
  }

  @Test func everyTokenCountsTheSame() throws {
    // Two texts, the second half as long: its padding, and what is predicted there, counts nothing.
    var generator = RandomGenerator(seed: 5)
    let logits = Tensor<Float>.normal([2, 4, 7], using: &generator)
    var padded = Perplexity()
    padded.add(logits: logits, labels: Tensor([[3, 0, 6, 2], [1, 5, -100, -100]]))
    var (first, second) = (Perplexity(), Perplexity())
    first.add(logits: logits[0], labels: Tensor([3, 0, 6, 2]))
    second.add(logits: logits[1].slice(0..<2), labels: Tensor([1, 5]))
    #expect(padded.tokenCount == 6)
    let (a, b) = (try #require(first.meanLoss), try #require(second.meanLoss))
    #expect(agree(padded.value, exp((4 * a + 2 * b) / 6)))
    var known = Perplexity()
    known.add(meanLoss: a, tokens: 4)
    known.add(meanLoss: b, tokens: 2)
    #expect(agree(known.value, padded.value))
    first += second
    #expect(agree(first.value, padded.value))
  }

  @Test func ofEquallyLikelyTokensIsTheirNumber() {
    var perplexity = Perplexity()
    #expect(perplexity.value == nil && perplexity.meanLoss == nil)
    perplexity.add(logits: Tensor(repeating: 0.5, shape: [3, 50]), labels: Tensor([0, 7, 49]))
    #expect(agree(perplexity.value, 50))
  }

  @Test func trapsAtATokenThatIsNotInTheVocabulary() async {
    await #expect(processExitsWith: .failure) {
      var perplexity = Perplexity()
      perplexity.add(logits: Tensor([[0, 1]]), labels: Tensor([2]))
    }
  }
}
