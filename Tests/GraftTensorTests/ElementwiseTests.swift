import Foundation
import Testing

@testable import GraftTensor

@Suite struct ElementwiseTests {
  private let functions: [(ElementwiseFunction, (Tensor<Float>) -> Tensor<Float>)] = [
    (.exp, { $0.exp() }), (.log, { $0.log() }), (.sqrt, { $0.sqrt() }), (.rsqrt, { $0.rsqrt() }),
    (.tanh, { $0.tanh() }), (.erf, { $0.erf() }), (.sigmoid, { $0.sigmoid() }), (.relu, { $0.relu() }),
    (.gelu, { $0.gelu() }), (.geluTanh, { $0.geluTanh() }), (.silu, { $0.silu() }),
    (.softplus, { $0.softplus() }), (.sin, { $0.sin() }), (.cos, { $0.cos() }), (.abs, { $0.abs() }),
    (.square, { $0.square() }), (.reciprocal, { $0.reciprocal() }), (.sign, { $0.sign() }),
    (.floor, { $0.floor() }), (.ceil, { $0.ceil() }), (.round, { $0.round() }), (.trunc, { $0.trunc() }),
  ]

  /// The kernels promise at most 4 units in the last place where they are tested exhaustively; here it is the
  /// wiring from method to kernel that is tested, and 16 units, 2e-6 of the value, tell any two functions apart.
  @Test func methodsFollowTheirDefinitions() {
    #expect(Set(functions.map(\.0)) == Set(ElementwiseFunction.allCases))
    var generator = RandomGenerator(seed: 31)
    for (function, method) in functions {
      for _ in 0..<10 {
        let tensor = generator.tensor(generator.shape())
        let result = method(tensor)
        #expect(result.shape == tensor.shape)
        for position in positions(of: tensor.shape) {
          let x = Double(tensor.broadcastElement(at: position))
          let y = result.broadcastElement(at: position)
          #expect(ulps(y, from: function(x)) <= 16, "\(function) of \(x) is \(y)")
        }
      }
    }
  }

  @Test func doublesFollowTheSameDefinitions() {
    let tensor = Tensor<Double>([-1.5, 0.25, 2.5])
    #expect(tensor.exp().scalars == tensor.scalars.map { ElementwiseFunction.exp($0) })
    #expect(tensor.round() == Tensor([-2, 0, 2]))
    #expect(tensor.floor() == Tensor([-2, 0, 2]))
    #expect(tensor.ceil() == Tensor([-1, 1, 3]) && tensor.trunc() == Tensor([-1, 0, 2]))
    #expect(tensor.sign() == Tensor([-1, 1, 1]))
    #expect(tensor.abs().pow(1.5).scalars == tensor.scalars.map { pow(abs($0), 1.5) })
  }

  @Test func powersAndLimits() {
    let tensor = Tensor<Float>([0.5, 2, -3, .nan])
    #expect(tensor.pow(2).scalars.dropLast() == [0.25, 4, 9])
    #expect(tensor.pow(3).scalars.dropLast() == [0.125, 8, -27])
    #expect(tensor.pow(-1).scalars.dropLast() == [2, 0.5, -1 / 3])
    #expect(tensor.pow(0.5).scalars[0] == Float(0.5).squareRoot() && tensor.pow(0.5).scalars[2].isNaN)
    #expect(tensor.clamped(to: -1...1).scalars.dropLast() == [0.5, 1, -1])
    #expect(tensor.clamped(to: -1...1).scalars[3].isNaN)
  }

  @Test func findsWhatIsNotFinite() {
    #expect(
      Tensor<Float>([1, .infinity, -.infinity, .nan]).isFinite() == Tensor([true, false, false, false]))
    for bad in [Float.infinity, -.infinity, .nan] {
      var tensor = Tensor<Float>.zeros([37])
      #expect(!tensor.hasNonFinite)
      tensor.setElement(29, to: bad)
      #expect(tensor.hasNonFinite)
    }
    #expect(!Tensor<Float>.zeros([0]).hasNonFinite)
  }

  @Test func mapsAndConverts() {
    let tensor = Tensor<Float>([[1.5, -2.5], [3, 255]])
    #expect(tensor.transposed().map { $0 > 0 } == Tensor([[true, true], [false, true]]))
    #expect(Tensor<Int32>(tensor) == Tensor([[1, -2], [3, 255]]))
    #expect(Tensor<Double>(tensor) == Tensor([[1.5, -2.5], [3, 255]]))
    #expect(Tensor<Float>(Tensor<UInt8>([0, 7, 255])) == Tensor([0, 7, 255]))
    #expect(Tensor<UInt8>(Tensor<Int32>([3, 4])) == Tensor([3, 4]))
    #expect(Tensor<Float>(Tensor([true, false])) == Tensor([1, 0]))
  }
}
