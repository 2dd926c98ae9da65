extension Tensor {
  /// Writes the elements to places that lie `targetStrides` apart along each axis, the first at `target`.
  func copy(to target: UnsafeMutablePointer<Scalar>, strides targetStrides: Shape) {
    let loop = BroadcastLoop(shape: shape, left: strides, right: targetStrides)
    withUnsafeElements { source in
      loop.forEachRun(in: 0..<count) { _, from, to, count in
        if loop.leftStep == 1 && loop.rightStep == 1 {
          (target + to).update(from: source + from, count: count)
        } else {
          var index = 0
          while index < count {
            target[to + index * loop.rightStep] = source[from + index * loop.leftStep]
            index += 1
          }
        }
      }
    }
  }
}
