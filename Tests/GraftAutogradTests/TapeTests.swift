import GraftTensor
import Testing

@testable import GraftAutograd

@Suite struct TapeTests {
  @Test func squares() {
    let gradients = gradients(at: [Tensor<Float>([1, 2, 3])]) { ($0[0] * $0[0]).sum() }
    #expect(gradients[0] == Tensor<Float>([2, 4, 6]))
  }
}
