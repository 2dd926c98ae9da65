extension ImageSize {
  /// This size with the shorter side made `length` and the longer one in proportion, rounded down.
  public func scaled(shorterSide length: Int) -> ImageSize {
    let shorter = min(height, width)
    return ImageSize(height: height * length / shorter, width: width * length / shorter)
  }

  /// Where a window of the given size begins that lies in the middle; negative where it is larger.
  ///
  /// Half the difference, rounded to the nearest even number where it lies between two; where the window is larger, rounded down.
  package func centeredOrigin(of window: ImageSize) -> (top: Int, left: Int) {
    func start(_ length: Int, _ part: Int) -> Int {
      part > length ? -((part - length) / 2) : Int((Double(length - part) / 2).rounded(.toNearestOrEven))
    }
    return (start(height, window.height), start(width, window.width))
  }
}
