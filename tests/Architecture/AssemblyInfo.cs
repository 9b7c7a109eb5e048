// Reading files is quick; one after the other keeps the output in order.
[assembly: DoNotParallelize]
