import Testing

@testable import GraftTensor

@Suite struct MaskTests {
  @Test(arguments: [0, 1])
  func comparisonsHoldElementByElement(kind: Int) {
    var generator = RandomGenerator(seed: 81)
    for _ in 0..<30 {
      let shape = generator.shape()
      // Few distinct values, so that some are equal.
      let left = generator.tensor(broadcastingTo: shape).round()
      let right = kind == 0 ? generator.tensor(broadcastingTo: shape).round() : Tensor(1)
      func check(_ mask: Tensor<Bool>, _ holds: (Float, Float) -> Bool) {
        for position in positions(of: mask.shape) {
          #expect(
            mask.broadcastElement(at: position)
              == holds(left.broadcastElement(at: position), right.broadcastElement(at: position)))
        }
      }
      check(kind == 0 ? left .== right : left .== 1, ==)
      check(kind == 0 ? left .!= right : left .!= 1, !=)
      check(kind == 0 ? left .< right : left .< 1, <)
      check(kind == 0 ? left .<= right : left .<= 1, <=)
      check(kind == 0 ? left .> right : left .> 1, >)
      check(kind == 0 ? left .>= right : left .>= 1, >=)
    }
  }

  @Test func nothingComparesWithNaN() {
    let tensor = Tensor<Float>([.nan, 1])
    #expect((tensor .== tensor) == Tensor([false, true]) && (tensor .!= tensor) == Tensor([true, false]))
    #expect((tensor .<= 1) == Tensor([false, true]) && (tensor .>= 1) == Tensor([false, true]))
  }

  @Test func combinesMasks() {
    let a = Tensor([true, true, false, false])
    let b = Tensor([true, false, true, false])
    #expect((a .& b) == Tensor([true, false, false, false]))
    #expect((a .| b) == Tensor([true, true, true, false]))
    #expect(.!a == Tensor([false, false, true, true]))
    #expect(!a.all() && a.any() && a.trueCount == 2)
    #expect(Tensor<Bool>.zeros([0]).all() && !Tensor<Bool>.zeros([0]).any())
  }

  @Test func choosesAndReplaces() {
    var generator = RandomGenerator(seed: 82)
    for _ in 0..<30 {
      let shape = generator.shape()
      let mask = generator.tensor(broadcastingTo: shape) .> 0
      let first = generator.tensor(broadcastingTo: shape)
      let second = generator.tensor(broadcastingTo: shape)
      let chosen = mask.choosing(first, second)
      let whole = generator.tensor(shape)
      let replaced = whole.replacing(with: 9, where: mask)
      for position in positions(of: chosen.shape) {
        let source = mask.broadcastElement(at: position) ? first : second
        #expect(chosen.broadcastElement(at: position) == source.broadcastElement(at: position))
      }
      for position in positions(of: shape) {
        let expected = mask.broadcastElement(at: position) ? 9 : whole.broadcastElement(at: position)
        #expect(replaced.broadcastElement(at: position) == expected)
      }
    }
  }
}
