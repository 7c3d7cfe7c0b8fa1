module example.com/farthing/captions

go 1.19
