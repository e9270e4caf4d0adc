"""What is no article: walls, lists, too little text."""
