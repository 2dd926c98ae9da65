import Testing

@testable import graft_benchmarks

@Suite struct ArithmeticTests {
  @Test func residualNetworksCountWhatTheirAuthorsCounted() throws {
    // torchvision states 1.814 and 4.089 billion multiply-adds for one image, convolutions and linear layers.
    let shallow = try #require(ImageNetwork(.resNet18, .inference, batch: 1).arithmetic)
    let deep = try #require(ImageNetwork(.resNet50, .inference, batch: 1).arithmetic)
    #expect((shallow / 2e9 * 1000).rounded() == 1814)
    #expect((deep / 2e9 * 1000).rounded() == 4089)
  }

  @Test func trainingNeedsNoGradientForTheInput() {
    var count = Arithmetic()
    count.linear(2, 3, 5)
    count.convolution(1, 2, 3, kernel: 3, size: 4)
    #expect(count.forward == 60 + 1728)
    #expect(count.training == 3 * (60 + 1728) - 60)
  }

  @Test func aFrozenBackboneIsOnlyRunForward() throws {
    let inference = try #require(ImageNetwork(.resNet18, .inference, batch: 16).arithmetic)
    let head = try #require(ImageNetwork(.resNet18, .head, batch: 16).arithmetic)
    let full = try #require(ImageNetwork(.resNet18, .full, batch: 16).arithmetic)
    #expect(abs(head / inference - 1) < 0.001)
    #expect(full > 2.9 * inference && full < 3 * inference)
  }
}
