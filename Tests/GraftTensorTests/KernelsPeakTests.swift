import CGraftKernels
import GraftTensor
import Testing

/// The loop that measures the machine's limit has to do what it is counted for.
@Suite struct KernelsPeakTests {
  @Test(arguments: TableUnderTest.all)
  func everyLaneOfEveryChainIsIterated(under test: TableUnderTest) {
    let kernels = test.table.pointee
    // x = x / 2 + 1 ends at 2 exactly, wherever a lane starts. Fewer rounds do not get there.
    let lanes = Float(kernels.multiply_adds_per_round)
    #expect(kernels.multiply_add_loop(100, 0.5, 1) == 2 * lanes)
    #expect(kernels.multiply_add_loop(3, 0.5, 1) != 2 * lanes)
  }
}
